import { partId, type PartName, type StoredEvent, type Unit } from './unit.js';

/** Reads of one account's durable state. Rejections mean that Postgres did not answer, never "no such key". */
export interface StoreReader {
  readKeys(accountId: string, type: string, ids: string[]): Promise<Map<string, Buffer>>;
  readCreds(accountId: string): Promise<Buffer | undefined>;
  /** The plaintext of a part that was committed earlier. */
  readPlaintext(accountId: string, name: PartName): Promise<Buffer | undefined>;
}

/** Takes stores that have something to commit. */
export interface CommitQueue {
  enqueue(store: AccountStore): void;
}

const LAZY_COMMIT_MS = 20;
const READ_RETRY_MS = 250;
const never = () => new Promise<never>(() => undefined);

/**
 * The state of one account, as its session sees it: an ordered overlay over Postgres whose reads see every write at once, and whose
 * writes become durable together.
 *
 * A *unit* is a stretch of work (one decrypt, one encrypt) whose writes belong together; only one is open at a time and no
 * snapshot is taken while it is. `commit()` resolves when everything noted before it is durable.
 *
 * Baileys takes an error from its store for "no such key" and would overwrite what it did not see, so this class never
 * reports that Postgres is away: it waits. Once the lease is lost (`discard`), its promises never settle and its writes go nowhere;
 * the socket that still uses it must be dropped.
 */
export class AccountStore {
  private readonly values = new Map<string, Buffer | null>();
  private unsaved = new Map<string, { type: string; id: string }>();
  private inFlight = new Map<string, { type: string; id: string }>();
  private creds?: Buffer;
  /** The credentials that were noted last, durable or not. */
  private latestCreds?: Buffer;
  private events = new Map<string, StoredEvent>();
  private unnamedEvents = 0;
  private waiters: Array<() => void> = [];
  private unitOpen = false;
  private lastUnit: Promise<unknown> = Promise.resolve();
  private lazyTimer?: NodeJS.Timeout;
  private discarded = false;

  constructor(
    readonly accountId: string,
    readonly epoch: number,
    private readonly reader: StoreReader,
    private readonly queue: CommitQueue,
    private readonly options: { maxCachedKeys: number; onDiscard: (reason: string) => void },
  ) {}

  /** Values by id; ids without a value are absent. */
  async get(type: string, ids: string[]): Promise<Map<string, Buffer>> {
    const missing = ids.filter((id) => !this.values.has(cacheKey(type, id)));
    if (missing.length > 0) {
      const read = await this.untilAnswered(() => this.reader.readKeys(this.accountId, type, missing));
      // A write that happened meanwhile is newer than what was read.
      for (const id of missing)
        if (!this.values.has(cacheKey(type, id))) this.remember(type, id, read.get(id) ?? null);
    }
    const found = new Map<string, Buffer>();
    for (const id of ids) {
      const value = this.values.get(cacheKey(type, id));
      if (value) found.set(id, value);
    }
    return found;
  }

  /** Notes a write; null deletes. Visible to reads at once, durable with the next commit. */
  set(type: string, id: string, value: Buffer | null): void {
    this.remember(type, id, value);
    this.unsaved.set(cacheKey(type, id), { type, id });
    this.commitSoon();
  }

  /** Notes the credentials of a linked account. */
  setCreds(value: Buffer): void {
    this.creds = value;
    this.latestCreds = value;
    this.commitSoon();
  }

  addEvent(event: StoredEvent): void {
    const id = event.name ? partId(event.name) : `#${this.unnamedEvents++}`;
    // What could be read is never replaced by "could not be read".
    if (event.kind === 'undecryptable' && this.events.has(id)) return;
    this.events.set(id, event);
    this.commitSoon();
  }

  /** Runs work whose writes belong together; units of one account run one after the other. */
  unit<T>(work: () => Promise<T>): Promise<T> {
    const run = this.lastUnit.then(async () => {
      this.unitOpen = true;
      try {
        return await work();
      } finally {
        this.unitOpen = false;
        if (this.waiters.length > 0) this.queue.enqueue(this);
      }
    });
    this.lastUnit = run.catch(() => undefined);
    return run;
  }

  /** Resolves when everything noted so far is in Postgres. */
  commit(): Promise<void> {
    if (this.discarded) return never();
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.queue.enqueue(this);
    });
  }

  /** The plaintext that was committed for this part, by this process or an earlier one. */
  readPlaintext(name: PartName): Promise<Buffer | undefined> {
    return this.untilAnswered(() => this.reader.readPlaintext(this.accountId, name));
  }

  /** The credentials of a linked account, those just noted included. */
  async readCreds(): Promise<Buffer | undefined> {
    if (this.latestCreds) return this.latestCreds;
    return this.untilAnswered(() => this.reader.readCreds(this.accountId));
  }

  /** Forgets what is in memory, when the account's former link was removed from Postgres. */
  forget(): void {
    this.values.clear();
    this.unsaved.clear();
    this.creds = undefined;
    this.latestCreds = undefined;
  }

  /** For the committer: everything unsaved, or undefined while a unit is open. The caller must call `saved` when it is durable. */
  takeSnapshot(): { unit: Unit; saved: () => void } | undefined {
    if (this.unitOpen || this.discarded) return undefined;
    clearTimeout(this.lazyTimer);
    this.lazyTimer = undefined;
    const waiters = this.waiters;
    const unit: Unit = {
      accountId: this.accountId,
      epoch: this.epoch,
      keys: [...this.unsaved.entries()].map(([key, { type, id }]) => ({
        type,
        id,
        value: this.values.get(key) ?? null,
      })),
      creds: this.creds,
      events: [...this.events.values()],
    };
    this.inFlight = this.unsaved;
    this.unsaved = new Map();
    this.creds = undefined;
    this.events = new Map();
    this.waiters = [];
    return {
      unit,
      saved: () => {
        this.inFlight = new Map();
        for (const resolve of waiters) resolve();
      },
    };
  }

  /** The lease is lost, or the state cannot be written: nothing of this store will become durable any more. */
  discard(reason: string): void {
    if (this.discarded) return;
    this.discarded = true;
    clearTimeout(this.lazyTimer);
    this.waiters = [];
    this.options.onDiscard(reason);
  }

  private remember(type: string, id: string, value: Buffer | null): void {
    const key = cacheKey(type, id);
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size <= this.options.maxCachedKeys) return;
    for (const oldest of this.values.keys()) {
      if (this.unsaved.has(oldest) || this.inFlight.has(oldest) || oldest === key) continue;
      this.values.delete(oldest);
      if (this.values.size <= this.options.maxCachedKeys) return;
    }
  }

  private commitSoon(): void {
    if (this.discarded) return;
    this.lazyTimer ??= setTimeout(() => {
      this.lazyTimer = undefined;
      this.queue.enqueue(this);
    }, LAZY_COMMIT_MS);
  }

  private async untilAnswered<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.discarded) return never();
      try {
        return await read();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, READ_RETRY_MS));
      }
    }
  }
}

function cacheKey(type: string, id: string): string {
  return `${type}\n${id}`;
}
