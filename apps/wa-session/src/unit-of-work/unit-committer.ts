import type { AccountStore, CommitQueue } from './account-store.js';
import { remainsOf } from './storable-event.js';
import type { Unit } from './unit.js';

/** Writes units of several accounts in one transaction and tells which accounts this pod still holds. */
export interface UnitWriter {
  /** @returns the ids of the accounts whose unit was written; the others are fenced out. Repeating a write is harmless. */
  write(units: Unit[]): Promise<Set<string>>;
  /** True when the error says that these units can never be written, false when Postgres is merely away. */
  isPoison(error: unknown): boolean;
  /** True when the error says that something of these units is locked by others. */
  isHeldUp(error: unknown): boolean;
}

export interface CommitObserver {
  /** @param events how many were written */
  committed(events: number, durationMs: number): void;
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
 * told `saved` only when its unit is durable. What cannot be written together is written apart, each account's for itself, while groups of
 * the others go on.
 */
export class UnitCommitter implements CommitQueue {
  private readonly waiting = new Set<AccountStore>();
  /** Stores whose unit is being written apart. */
  private readonly apart = new Set<AccountStore>();
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
      if (this.apart.has(store)) continue;
      // A store with an open unit comes again when the unit closes.
      const snapshot = store.takeSnapshot();
      if (!snapshot) continue;
      if (isEmpty(snapshot.unit)) snapshot.saved();
      else group.push({ store, ...snapshot });
      if (group.length === MOST_UNITS) break;
    }
    return group;
  }

  private async write(group: Taken[], isApart = false): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now();
      try {
        const held = await this.writer.write(group.map(({ unit }) => unit));
        const written = group.filter(({ store }) => held.has(store.accountId));
        const events = written.reduce((sum, { unit }) => sum + unit.events.length, 0);
        this.observer.committed(events, performance.now() - startedAt);
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
        const isPoison = this.writer.isPoison(error);
        const [only, ...others] = group;
        if (only && others.length === 0 && isPoison) return this.writeRemains(only, error);
        if (!isApart && (isPoison || this.writer.isHeldUp(error))) {
          for (const one of group) void this.writeApart(one);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
      }
    }
  }

  private async writeApart(one: Taken): Promise<void> {
    this.apart.add(one.store);
    await this.write([one], true);
    this.apart.delete(one.store);
    // For what came meanwhile.
    this.enqueue(one.store);
  }

  /** It can never be written. It is tried without what its events say, else its account stops. */
  private async writeRemains(one: Taken, error: unknown): Promise<void> {
    const { store, unit } = one;
    const remains = !one.reduced && unit.events.length > 0;
    const code = String((error as { code?: unknown }).code);
    this.observer.refused(store.accountId, code, remains);
    if (!remains) return store.refused(code);
    const reduced = { ...unit, events: unit.events.map(remainsOf) };
    await this.write([{ ...one, unit: reduced, reduced: true }], this.apart.has(store));
  }
}

function isEmpty(unit: Unit): boolean {
  return unit.keys.length === 0 && unit.events.length === 0 && !unit.creds;
}
