import { fullJitter, scheduledDelay } from '@waypost/kernel';
import type { Pool } from 'pg';
import { Bell } from './bell.js';
import { claim as claimLanes, type Claim, type Claims } from './claim.js';
import { SettleQueue, type LostReason, type SettleTransaction } from './settle-queue.js';
import type { Outcome, Settled } from './settle.js';
import { withDeadline, type Sql } from './sql.js';

export interface LaneWorkerOptions<A = undefined> {
  /** Two connections are used at a time, one to claim and one to settle. Its owner listens to its 'error' event. */
  pool: Pool;
  kind: string;
  /**
   * Works claimed heads: one promise per claim, in the order of the claims, each resolved as soon as its own outcome is known;
   * slow ones hold nobody back. A rejection is a retry by `retryScheduleMs`.
   *
   * Bound it by a deadline of its own below `leaseMs`. When this process dies in the middle the lane knows of no pace: work that must keep
   * one even then notes durably that it begins, and waits when it finds such a note.
   */
  work(claims: readonly Claim[]): readonly Promise<Outcome<A>>[];
  /** Writes of the caller's that are to happen exactly with the settle, from what the outcomes carry in `apply`. */
  transaction?: SettleTransaction<A>;
  /** Most lanes per claim. Default 128. */
  batch?: number;
  /** Most lanes held at a time, those waiting for their settle included. Default 512. */
  concurrency?: number;
  /** A lane that is not settled within this time may go to another worker. Default 30,000. */
  leaseMs?: number;
  /** Longest pause between two looks for due lanes. Default 1,000. */
  sweepMs?: number;
  /** Shortest pause between two claims unless the first took a full batch: under load it gathers, idle it costs nothing. Default 10. */
  gatherMs?: number;
  /** Delays after 1, 2, … failed works of an item, the last one for ever, spread by ± 20 %. Default 2 s to 60 s. */
  retryScheduleMs?: readonly number[];
  hooks?: LaneWorkerHooks<A>;
}

/** What to log and to count. Hooks must not throw. */
export interface LaneWorkerHooks<A = undefined> {
  /** A lane was claimed `lateMs` after it fell due. */
  onClaim?(lateMs: number, claim: Claim): void;
  /** `work` failed for this claim; it is a retry. */
  onWorkError?(claim: Claim, error: unknown, retryInMs: number): void;
  /** Claiming failed and is tried again after a pause. */
  onClaimError?(error: unknown, retryInMs: number): void;
  /** Settling `count` outcomes failed; it is tried again until the lease is over. */
  onSettleError?(error: unknown, count: number): void;
  /** The settle of this claim, and what was written with it, is committed. */
  onSettled?(claim: Claim, outcome: Outcome<A>): void;
  /** The outcome of this claim was not recorded; the lane is or will be claimed again, in general with the same head. */
  onLost?(claim: Claim, reason: LostReason): void;
}

const CLAIM_DEADLINE_MS = 10_000;
const CLAIM_RETRY_BASE_MS = 100;
const CLAIM_RETRY_CAP_MS = 5_000;
const RETRY_SCHEDULE_MS = [2_000, 5_000, 10_000, 30_000, 60_000];
const RETRY_SPREAD = 0.2;

/**
 * Works the due lanes of one kind until it is stopped, beside any number of others in this process or elsewhere.
 * Outages of the database pause it and never end it.
 */
export class LaneWorker<A = undefined> {
  private readonly bell = new Bell();
  private readonly sql: Sql;
  private readonly settles: SettleQueue<A>;
  private readonly batch: number;
  private readonly concurrency: number;
  private readonly leaseMs: number;
  private readonly sweepMs: number;
  private readonly gatherMs: number;
  private readonly hooks: LaneWorkerHooks<A>;

  /** Claims whose outcome is not known yet, and when their lease is surely over, by performance.now(); the earliest first. */
  private readonly working = new Map<Claim, number>();
  /** By performance.now(). */
  private nextLookAt = 0;
  private nextSweepAt = 0;
  private since?: Date;
  private running?: Promise<void>;
  private stopped?: Promise<void>;

  constructor(private readonly options: LaneWorkerOptions<A>) {
    this.batch = options.batch ?? 128;
    this.concurrency = options.concurrency ?? 512;
    this.leaseMs = options.leaseMs ?? 30_000;
    this.sweepMs = options.sweepMs ?? 1_000;
    this.gatherMs = options.gatherMs ?? 10;
    this.hooks = options.hooks ?? {};
    this.sql = withDeadline(options.pool, CLAIM_DEADLINE_MS);
    this.settles = new SettleQueue<A>({
      pool: options.pool,
      transaction: options.transaction,
      onSettled: (settled) => this.settled(settled),
      onLost: (claim, reason) => this.lost(claim, reason),
      onError: (error, count) => this.hooks.onSettleError?.(error, count),
    });
  }

  /** @throws when it runs already, or has not stopped yet */
  start(): void {
    if (this.running) throw new Error(`The worker of lane kind ${this.options.kind} runs already`);
    this.running = this.run();
  }

  /** Lanes may have become due: look now instead of at the next sweep. Cheap; calls in quick succession are one look. */
  wake(): void {
    this.lookWithin(0);
  }

  /**
   * Claims no more, and returns when the work in flight is settled, or after `withinMs` (default: the lease): lanes not settled
   * by then are claimed by others when their lease is over.
   */
  stop(withinMs = this.leaseMs): Promise<void> {
    if (!this.running) return Promise.resolve();
    this.stopped ??= this.finish(performance.now() + withinMs).finally(() => {
      this.running = undefined;
      this.stopped = undefined;
    });
    this.bell.ring();
    return this.stopped;
  }

  private get held(): number {
    return this.working.size + this.settles.size;
  }

  private async run(): Promise<void> {
    // stop() can be called in the same turn as start().
    await undefined;
    let failures = 0;
    while (!this.stopped) {
      this.loseExpired();
      const limit = Math.min(this.batch, this.concurrency - this.held);
      if (limit <= 0) {
        await this.bell.wait(this.sweepMs);
        continue;
      }
      const startedAt = performance.now();
      this.nextLookAt = startedAt + this.sweepMs;
      try {
        const { claims, nextDueInMs } = await this.claim(limit, startedAt);
        failures = 0;
        if (nextDueInMs !== undefined) this.lookWithin(nextDueInMs);
        if (claims.length > 0) this.begin(claims);
        if (claims.length < this.batch) await this.rest(startedAt + this.gatherMs);
      } catch (error) {
        const pauseMs = CLAIM_RETRY_BASE_MS + fullJitter(failures++, CLAIM_RETRY_BASE_MS, CLAIM_RETRY_CAP_MS);
        this.hooks.onClaimError?.(error, pauseMs);
        this.nextLookAt = 0;
        await this.rest(performance.now() + pauseMs);
      }
    }
  }

  /** Looks at all lanes once per sweep, and in between only at those that fell due since. */
  private async claim(limit: number, startedAt: number): Promise<Claims> {
    const sweep = startedAt >= this.nextSweepAt;
    const since = sweep ? undefined : this.since;
    const claims = await claimLanes(this.sql, this.options.kind, limit, this.leaseMs, since);
    if (sweep) this.nextSweepAt = startedAt + this.sweepMs;
    this.since = claims.since;
    return claims;
  }

  /** Waits for the next look, at least until `notBefore`. */
  private async rest(notBefore: number): Promise<void> {
    for (;;) {
      const pauseMs = Math.max(notBefore, this.nextLookAt) - performance.now();
      if (this.stopped || pauseMs <= 0) return;
      await this.bell.wait(pauseMs);
    }
  }

  private lookWithin(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.nextLookAt) return;
    this.nextLookAt = at;
    this.bell.ring();
  }

  private begin(claims: Claim[]): void {
    const leaseOverAt = performance.now() + this.leaseMs;
    for (const claim of claims) {
      this.working.set(claim, leaseOverAt);
      this.hooks.onClaim?.(claim.lateMs, claim);
    }
    const outcomes = this.startWork(claims);
    claims.forEach((claim, place) => void this.finishWork(claim, outcomes[place], leaseOverAt));
  }

  private startWork(claims: Claim[]): readonly Promise<Outcome<A>>[] {
    try {
      return this.options.work(claims);
    } catch (error) {
      return claims.map(() => Promise.reject(error));
    }
  }

  private async finishWork(
    claim: Claim,
    work: Promise<Outcome<A>> | undefined,
    leaseOverAt: number,
  ): Promise<void> {
    let outcome: Outcome<A>;
    try {
      if (!work) throw new Error(`The work of lane kind ${this.options.kind} returned too few promises`);
      outcome = await work;
    } catch (error) {
      outcome = this.retryAfterError(claim, error);
    }
    // It may have been given up meanwhile.
    if (this.working.delete(claim)) this.settles.add({ claim, outcome, leaseOverAt });
  }

  private retryAfterError(claim: Claim, error: unknown): Outcome<A> {
    const schedule = this.options.retryScheduleMs ?? RETRY_SCHEDULE_MS;
    const afterMs = scheduledDelay(schedule, claim.attempts, RETRY_SPREAD);
    this.hooks.onWorkError?.(claim, error, afterMs);
    return { result: 'retry', afterMs };
  }

  private settled({ claim, outcome, nextDueInMs }: Settled<A>): void {
    if (nextDueInMs !== undefined) this.lookWithin(nextDueInMs);
    this.hooks.onSettled?.(claim, outcome);
    this.released();
  }

  private lost(claim: Claim, reason: LostReason): void {
    this.hooks.onLost?.(claim, reason);
    this.released();
  }

  /** Someone may wait for the last free place, or for the last one held. */
  private released(): void {
    if (this.stopped || this.held === this.concurrency - 1) this.bell.ring();
  }

  private loseExpired(): void {
    const now = performance.now();
    for (const [claim, leaseOverAt] of this.working) {
      if (leaseOverAt > now) return;
      this.working.delete(claim);
      this.lost(claim, 'expired');
    }
  }

  private async finish(deadline: number): Promise<void> {
    await this.running;
    while (this.held > 0 && performance.now() < deadline) await this.bell.wait(deadline - performance.now());
    for (const claim of this.working.keys()) {
      this.working.delete(claim);
      this.lost(claim, 'stopped');
    }
    await this.settles.abandon();
  }
}
