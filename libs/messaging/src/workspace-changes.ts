import { workspaceChangedSubject, type ChangeTopic, type WorkspaceChange } from '@waypost/contracts';
import type { Messenger } from './messenger.js';

/** What happens to a workspace within this time is told at once. */
const GATHER_MS = 150;

/** Tells whoever shows workspaces to people that something of theirs changed: after commit, soon, and never often. */
export class WorkspaceChanges {
  private gathered = new Map<string, Set<ChangeTopic>>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly messenger: Pick<Messenger, 'hint'>) {}

  tell(workspaceId: string, ...topics: ChangeTopic[]): void {
    const known = this.gathered.get(workspaceId) ?? new Set();
    this.gathered.set(workspaceId, known);
    for (const topic of topics) known.add(topic);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Tells now what was gathered; for the end of the process. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const gathered = this.gathered;
    this.gathered = new Map();
    for (const [workspaceId, topics] of gathered) {
      const change: WorkspaceChange = { workspaceId, topics: [...topics] };
      this.messenger.hint(workspaceChangedSubject(workspaceId), change);
    }
  }
}
