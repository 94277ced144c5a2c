import type { KeyCacheView } from './key-cache.js';
import { storableEvent, storableName, storablePart } from './storable-event.js';
import { partId, type KeyChange, type PartName, type StoredEvent, type Unit } from './unit.js';

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

export interface AccountStoreOptions {
  cache: KeyCacheView;
  /** Another pod may hold the account already; nothing is written any more. */
  onLeaseLost: () => void;
  /** Postgres refuses what this account has to store, for good; nothing is written any more. */
  onRefused: (reason: string) => void;
}

const LAZY_COMMIT_MS = 20;
const READ_RETRY_MS = 250;
const never = () => new Promise<never>(() => undefined);

/** The state of this account must not be used here any more: its lease was lost, or it could not be stored. */
export class StoreEnded extends Error {}

/**
 * The state of one account, as its session sees it: an ordered overlay over Postgres whose reads see every write at once, and whose
 * writes become durable together.
 *
 * A *unit* is a stretch of work (one decrypt, one encrypt) whose writes belong together; only one is open at a time and no
 * snapshot is taken while it is. `commit()` resolves when everything noted before it is durable.
 *
 * Baileys takes an error from its store for "no such key" and would overwrite what it did not see, so this class never
 * reports that Postgres is away: it waits. Once it has ended (lease lost, or state refused), its promises never settle and its writes
 * go nowhere; the socket that still uses it must be dropped. Only `getOrFail` then rejects.
 */
export class AccountStore {
  /** Written and not yet given to the committer; what it has now is in `inFlight`. */
  private unsaved = new Map<string, KeyChange>();
  private inFlight = new Map<string, KeyChange>();
  /** For each read that Postgres has not answered yet: what was written meanwhile. */
  private readonly overtaken = new Set<Set<string>>();
  private creds?: Buffer;
  /** The credentials that were noted last, durable or not. */
  private latestCreds?: Buffer;
  private events = new Map<string, StoredEvent>();
  private unnamedEvents = 0;
  private waiters: Array<() => void> = [];
  private unitOpen = false;
  private lastUnit: Promise<unknown> = Promise.resolve();
  private lazyTimer?: NodeJS.Timeout;
  private ended = false;

  constructor(
    readonly accountId: string,
    readonly epoch: number,
    private readonly reader: StoreReader,
    private readonly queue: CommitQueue,
    private readonly options: AccountStoreOptions,
  ) {}

  /** Values by id; ids without a value are absent. */
  get(type: string, ids: string[]): Promise<Map<string, Buffer>> {
    return this.unlessEnded(this.getOrFail(type, ids));
  }

  /**
   * As `get`, for libsignal. Its queue of work with a contact is one for all accounts of the process, so a read that never settled would
   * hold up every other account that writes to the same contact. @throws StoreEnded
   */
  async getOrFail(type: string, ids: string[]): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const unknown: string[] = [];
    for (const id of ids) {
      const value = this.known(cacheKey(type, id));
      if (value) found.set(id, value);
      else if (value === undefined) unknown.push(id);
    }
    if (unknown.length === 0) return found;

    const written = new Set<string>();
    this.overtaken.add(written);
    const read = await this.untilAnswered(() =>
      this.reader.readKeys(this.accountId, type, unknown.map(storableName)),
    ).finally(() => this.overtaken.delete(written));
    const again: string[] = [];
    for (const id of unknown) {
      const key = cacheKey(type, id);
      if (written.has(key)) {
        again.push(id);
        continue;
      }
      const value = read.get(storableName(id)) ?? null;
      this.options.cache.set(key, value);
      if (value) found.set(id, value);
    }
    if (again.length > 0) for (const [id, value] of await this.getOrFail(type, again)) found.set(id, value);
    return found;
  }

  /** Notes a write; null deletes. Visible to reads at once, durable with the next commit. */
  set(type: string, id: string, value: Buffer | null): void {
    const key = cacheKey(type, id);
    this.unsaved.set(key, { type, id: storableName(id), value });
    for (const written of this.overtaken) written.add(key);
    this.commitSoon();
  }

  /** Notes the credentials of a linked account. */
  setCreds(value: Buffer): void {
    this.creds = value;
    this.latestCreds = value;
    this.commitSoon();
  }

  addEvent(noted: StoredEvent): void {
    const event = storableEvent(noted);
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
        // A commit that was due meanwhile found the unit open.
        else if (this.unsaved.size > 0 || this.events.size > 0 || this.creds) this.commitSoon();
      }
    });
    this.lastUnit = run.catch(() => undefined);
    return this.unlessEnded(run);
  }

  /** Resolves when everything noted so far is in Postgres. */
  commit(): Promise<void> {
    if (this.ended) return never();
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.queue.enqueue(this);
    });
  }

  /** The plaintext that was committed for this part, by this process or an earlier one. */
  readPlaintext(name: PartName): Promise<Buffer | undefined> {
    const part = storablePart(name);
    return this.whenAnswered(() => this.reader.readPlaintext(this.accountId, part));
  }

  /** The credentials of a linked account, those just noted included. */
  async readCreds(): Promise<Buffer | undefined> {
    if (this.latestCreds) return this.latestCreds;
    return this.whenAnswered(() => this.reader.readCreds(this.accountId));
  }

  /** Makes durable what was noted, and then knows nothing any more: the caller removes the account's former link from Postgres. */
  async forget(): Promise<void> {
    await this.commit();
    this.unsaved.clear();
    this.options.cache.clear();
    this.creds = undefined;
    this.latestCreds = undefined;
  }

  /** For the committer: everything unsaved, or undefined while a unit is open. The caller must call `saved` when it is durable. */
  takeSnapshot(): { unit: Unit; saved: () => void } | undefined {
    if (this.unitOpen || this.ended) return undefined;
    clearTimeout(this.lazyTimer);
    this.lazyTimer = undefined;
    const waiters = this.waiters;
    const unit: Unit = {
      accountId: this.accountId,
      epoch: this.epoch,
      keys: [...this.unsaved.values()],
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
        for (const [key, { value }] of this.inFlight) this.options.cache.set(key, value);
        this.inFlight = new Map();
        for (const resolve of waiters) resolve();
      },
    };
  }

  /** Another pod may hold this account already. */
  leaseLost(): void {
    if (this.end()) this.options.onLeaseLost();
  }

  /** For the committer: what this account has to store cannot be stored. */
  refused(reason: string): void {
    if (this.end()) this.options.onRefused(reason);
  }

  /** @returns false when it has ended before */
  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    clearTimeout(this.lazyTimer);
    this.waiters = [];
    return true;
  }

  /** What memory knows of a key: null when it has no value, undefined when Postgres must be asked. */
  private known(key: string): Buffer | null | undefined {
    const change = this.unsaved.get(key) ?? this.inFlight.get(key);
    return change ? change.value : this.options.cache.get(key);
  }

  private commitSoon(): void {
    if (this.ended) return;
    this.lazyTimer ??= setTimeout(() => {
      this.lazyTimer = undefined;
      this.queue.enqueue(this);
    }, LAZY_COMMIT_MS);
  }

  /** Baileys must not learn of the end: it would take it for "no such key". */
  private async unlessEnded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (this.ended) return never();
      throw error;
    }
  }

  /** Repeats a read until Postgres answers it. */
  whenAnswered<T>(read: () => Promise<T>): Promise<T> {
    return this.unlessEnded(this.untilAnswered(read));
  }

  private async untilAnswered<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.ended) throw new StoreEnded();
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
