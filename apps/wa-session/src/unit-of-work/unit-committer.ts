import type { AccountStore, CommitQueue } from './account-store.js';
import { remainsOf } from './storable-event.js';
import type { Unit } from './unit.js';

/** Writes units of several accounts in one transaction and tells which accounts this pod still holds. */
export interface UnitWriter {
  /** @returns the ids of the accounts whose unit was written; the others are fenced out. Repeating a write is harmless. */
  write(units: Unit[]): Promise<Set<string>>;
  /** True when the error says that these units can never be written, false when Postgres is merely away. */
  isPoison(error: unknown): boolean;
}

export interface CommitObserver {
  committed(units: number, durationMs: number): void;
  fenced(accountId: string): void;
  failed(error: unknown): void;
  /** Postgres refused a unit for good, with this SQLSTATE. `remains`: without its events it is tried once more; else its account stops. */
  refused(accountId: string, code: string, remains: boolean): void;
}

interface Taken {
  store: AccountStore;
  unit: Unit;
  saved: () => void;
  /** Its events are only what is left of them: Postgres refused them once. */
  reduced?: true;
}

const MOST_UNITS = 64;
const RETRY_MS = [50, 100, 250, 500, 1_000, 2_000] as const;

/**
 * Commits the units of all sessions of this process, grouped: while one commit is in flight the next group gathers. A store is
 * told `saved` only when its unit is durable.
 */
export class UnitCommitter implements CommitQueue {
  private readonly waiting = new Set<AccountStore>();
  private running = false;

  constructor(
    private readonly writer: UnitWriter,
    private readonly observer: CommitObserver,
  ) {}

  enqueue(store: AccountStore): void {
    this.waiting.add(store);
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    // Lets the writes of one turn of the event loop gather.
    await Promise.resolve();
    try {
      while (this.waiting.size > 0) {
        const group = this.takeGroup();
        if (group.length > 0) await this.write(group);
      }
    } finally {
      // In the same turn as the look above: a store that comes later starts a new run.
      this.running = false;
    }
  }

  private takeGroup(): Taken[] {
    const group: Taken[] = [];
    for (const store of this.waiting) {
      this.waiting.delete(store);
      // A store with an open unit comes again when the unit closes.
      const snapshot = store.takeSnapshot();
      if (!snapshot) continue;
      if (isEmpty(snapshot.unit)) snapshot.saved();
      else group.push({ store, ...snapshot });
      if (group.length === MOST_UNITS) break;
    }
    return group;
  }

  private async write(group: Taken[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now();
      try {
        const held = await this.writer.write(group.map(({ unit }) => unit));
        this.observer.committed(group.length, performance.now() - startedAt);
        for (const { store, saved } of group) {
          if (held.has(store.accountId)) saved();
          else {
            this.observer.fenced(store.accountId);
            store.leaseLost();
          }
        }
        return;
      } catch (error) {
        this.observer.failed(error);
        if (this.writer.isPoison(error)) return this.writeApart(group, error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
      }
    }
  }

  /** One of them can never be written. The others are; that one is tried without what its events say, else its account stops. */
  private async writeApart(group: Taken[], error: unknown): Promise<void> {
    const [first, ...others] = group;
    if (!first) return;
    if (others.length > 0) {
      for (const one of group) await this.write([one]);
      return;
    }
    const { store, unit } = first;
    const remains = !first.reduced && unit.events.length > 0;
    const code = String((error as { code?: unknown }).code);
    this.observer.refused(store.accountId, code, remains);
    if (!remains) return store.refused(code);
    await this.write([{ ...first, unit: { ...unit, events: unit.events.map(remainsOf) }, reduced: true }]);
  }
}

function isEmpty(unit: Unit): boolean {
  return unit.keys.length === 0 && unit.events.length === 0 && !unit.creds;
}
