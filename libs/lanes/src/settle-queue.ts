import { setImmediate as turn } from 'node:timers/promises';
import { fullJitter } from '@waypost/kernel';
import type { Pool } from 'pg';
import { Bell } from './bell.js';
import type { Claim } from './claim.js';
import { settle, type Settled, type Settlement } from './settle.js';
import { withDeadline, type Sql } from './sql.js';

/**
 * Why an outcome was not recorded: the lease was over before the work or the settle ended (`expired`); another claim took the
 * lane, or the settle did take effect and its answer was lost (`fenced`); the worker ran out of time to stop (`stopped`).
 */
export type LostReason = 'expired' | 'fenced' | 'stopped';

export interface DueSettle<A> extends Settlement<A> {
  /** By performance.now(): the lane may be another worker's from here on. */
  leaseOverAt: number;
  /** How often the database refused it alone. */
  refusals?: number;
}

/** What a settle writes besides the lanes. */
export interface SettleTransaction<A> {
  /**
   * Runs first, with all that is about to be settled. Lock here the rows that other transactions lock before they `enqueue`
   * to these lanes (an account's balance, say), or the two can wait for each other.
   */
  lockFirst?(tx: Sql, settlements: readonly Settlement<A>[]): Promise<void>;
  /**
   * Runs last, with those whose settle took effect: what is written here is written exactly once per outcome. When it throws,
   * nothing of the batch is settled; it is tried again in halves, so that one bad row harms its own lane only.
   */
  apply(tx: Sql, settled: readonly Settled<A>[]): Promise<void>;
}

export interface SettleQueueOptions<A> {
  pool: Pool;
  transaction?: SettleTransaction<A>;
  onSettled(settled: Settled<A>): void;
  onLost(claim: Claim, reason: LostReason): void;
  onError(error: unknown, count: number): void;
}

const MAX_BATCH = 256;
const RETRY_BASE_MS = 50;
const RETRY_CAP_MS = 2_000;
const QUERY_DEADLINE_MS = 15_000;

/** The database took the connection and refused the batch: what is in the batch is at fault. */
class Refused extends Error {}

/**
 * Settles outcomes as they come: while one call is in flight the next batch gathers. What fails is tried again until its
 * lease is over: all together while the database is away, in ever smaller pieces when it refuses a batch.
 */
export class SettleQueue<A> {
  private readonly bell = new Bell();
  /** All that is neither settled nor lost: in flight, waiting, in pieces or postponed. */
  private readonly open = new Set<DueSettle<A>>();
  private waiting: DueSettle<A>[] = [];
  /** Parts of batches that failed; they go before what is waiting. */
  private pieces: DueSettle<A>[][] = [];
  /** Refused even alone. */
  private readonly postponed = new Set<NodeJS.Timeout>();
  private flushing?: Promise<void>;
  private abandoned = false;

  constructor(private readonly options: SettleQueueOptions<A>) {}

  /** Outcomes neither settled nor lost. */
  get size(): number {
    return this.open.size;
  }

  add(due: DueSettle<A>): void {
    this.open.add(due);
    this.enqueue(due);
  }

  /** Gives up what is not settled yet; returns when no call is in flight any more. */
  async abandon(): Promise<void> {
    this.abandoned = true;
    this.bell.ring();
    await this.flushing;
    for (const timer of this.postponed) clearTimeout(timer);
    this.postponed.clear();
    this.waiting = [];
    this.pieces = [];
    for (const due of this.open) this.lose(due, 'stopped');
    this.abandoned = false;
  }

  private enqueue(due: DueSettle<A>): void {
    this.waiting.push(due);
    this.flushing ??= this.flush();
  }

  private async flush(): Promise<void> {
    // What one turn of the event loop brings goes together.
    await turn();
    for (let outages = 0; !this.abandoned;) {
      const batch = (this.pieces.pop() ?? this.waiting.splice(0, MAX_BATCH)).filter((due) =>
        this.open.has(due),
      );
      if (batch.length === 0 && this.waiting.length === 0 && this.pieces.length === 0) break;
      if (batch.length === 0) continue;
      const failure = await this.settleBatch(batch);
      if (!failure) {
        outages = 0;
      } else if (failure instanceof Refused) {
        this.split(batch);
      } else {
        this.pieces.push(batch);
        if (!this.abandoned) await this.bell.wait(fullJitter(outages++, RETRY_BASE_MS, RETRY_CAP_MS));
        this.loseExpired();
      }
    }
    this.flushing = undefined;
  }

  private async settleBatch(batch: DueSettle<A>[]): Promise<Error | undefined> {
    try {
      const settled = new Map((await this.settleOnce(batch)).map((one) => [one.claim, one]));
      for (const due of batch) {
        const one = settled.get(due.claim);
        if (!one) {
          this.lose(due, 'fenced');
          continue;
        }
        this.open.delete(due);
        this.options.onSettled(one);
      }
      return undefined;
    } catch (failure) {
      this.options.onError(failure instanceof Refused ? failure.cause : failure, batch.length);
      return failure as Error;
    }
  }

  private async settleOnce(batch: DueSettle<A>[]): Promise<Settled<A>[]> {
    const { pool, transaction } = this.options;
    if (!transaction) return settle(withDeadline(pool, QUERY_DEADLINE_MS), batch);
    const client = await pool.connect();
    // A connection that breaks also rejects the query in flight, which is where it is handled.
    client.on('error', ignore);
    let usable = false;
    try {
      const tx = withDeadline(client, QUERY_DEADLINE_MS);
      await tx.query('begin');
      try {
        await transaction.lockFirst?.(tx, batch);
        const settled = await settle(tx, batch);
        if (settled.length > 0) await transaction.apply(tx, settled);
        await tx.query('commit');
        usable = true;
        return settled;
      } catch (error) {
        await tx.query('rollback');
        usable = true;
        throw new Refused('rolled back', { cause: error });
      }
    } finally {
      client.off('error', ignore);
      client.release(!usable);
    }
  }

  private split(batch: DueSettle<A>[]): void {
    if (batch.length === 1) {
      this.postpone(batch[0]!);
      return;
    }
    const half = Math.ceil(batch.length / 2);
    this.pieces.push(batch.slice(half), batch.slice(0, half));
  }

  private postpone(due: DueSettle<A>): void {
    due.refusals = (due.refusals ?? 0) + 1;
    const delayMs = RETRY_BASE_MS + fullJitter(due.refusals, RETRY_BASE_MS, RETRY_CAP_MS);
    if (performance.now() + delayMs >= due.leaseOverAt) {
      this.lose(due, 'expired');
      return;
    }
    const timer = setTimeout(() => {
      this.postponed.delete(timer);
      this.enqueue(due);
    }, delayMs);
    this.postponed.add(timer);
  }

  private loseExpired(): void {
    const now = performance.now();
    for (const due of this.open) if (due.leaseOverAt <= now) this.lose(due, 'expired');
  }

  private lose(due: DueSettle<A>, reason: LostReason): void {
    this.open.delete(due);
    this.options.onLost(due.claim, reason);
  }
}

function ignore(): void {}
