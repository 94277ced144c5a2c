import { setTimeout as wait } from 'node:timers/promises';
import { JsonApi } from '../json-api.js';

export interface Entry {
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
  kind: string;
  /** With `+`. */
  phone?: string;
  id?: string;
  connection?: number;
  text?: string;
  code?: number;
  attempt?: number;
  to?: string;
  from?: string;
  reason?: string;
  dropped?: boolean;
  shown?: boolean;
  retry?: number;
  error?: string;
  type?: string;
}

const PAGE = 10_000;
const EVERY_MS = 500;

/** Keeps all that the sandbox's journal says; the journal itself forgets in the long run. */
export class JournalFollower {
  readonly entries: Entry[] = [];
  private readonly sandbox: JsonApi;
  private after = 0;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(sandboxUrl: string) {
    this.sandbox = new JsonApi(sandboxUrl);
  }

  start(): void {
    this.following = this.follow();
  }

  /** Reads up to this moment. */
  async read(): Promise<void> {
    for (;;) {
      const after = this.after;
      const { items, nextAfter } = await this.sandbox.get<{
        items: (Omit<Entry, 'at'> & { at: string })[];
        nextAfter: number;
      }>(`/journal?limit=${PAGE}&after=${after}`);
      // Two readers at once: the other one was faster.
      if (this.after !== after) continue;
      this.after = nextAfter;
      for (const item of items) this.entries.push({ ...item, at: Date.parse(item.at) });
      if (items.length < PAGE) return;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    await this.read();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.read();
      await wait(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
