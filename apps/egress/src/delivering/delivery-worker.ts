import { Logger } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { LaneWorker, type Claim, type Outcome, type Settled, type Sql } from '@waypost/lanes';
import type { HttpResult } from '@waypost/safe-http';
import type { Pool } from 'pg';
import type { EgressMetrics } from '../egress-metrics.js';
import { writeOutcomes, type AttemptOutcome } from './attempt-outcome.js';
import { DeliveryAttempt, type DeliveryAttemptOptions } from './delivery-attempt.js';
import { loadDueDeliveries, type DueDelivery } from './due-deliveries.js';

export interface DeliveryWorkerOptions extends Omit<DeliveryAttemptOptions, 'onAttempt'> {
  pool: Pool;
  /** Most deliveries at a time. */
  concurrency: number;
  metrics: EgressMetrics;
}

/** Time to write down how a request ended, while its lane is still ours. */
const SETTLE_WITHIN_MS = 5_000;
const STOP_WITHIN_MS = 2_000;

/**
 * Works the delivery lanes: each endpoint has a few, each chat belongs to one of them, so the messages of a chat leave one at a
 * time and in order, and an endpoint that hangs holds no more places than it has lanes.
 */
export class DeliveryWorker {
  private readonly logger = new Logger('delivering');
  private readonly attempt: DeliveryAttempt;
  private readonly lanes: LaneWorker<AttemptOutcome>;

  constructor(private readonly options: DeliveryWorkerOptions) {
    this.attempt = new DeliveryAttempt({
      ...options,
      onAttempt: (delivery, result, succeeded) => this.report(delivery, result, succeeded),
    });
    this.lanes = new LaneWorker({
      pool: options.pool,
      kind: laneKinds.deliver,
      concurrency: options.concurrency,
      // Not much longer than a request may take: a dead process holds up its chats for that long.
      leaseMs: options.timeoutMs + SETTLE_WITHIN_MS,
      work: (claims) => this.work(claims),
      transaction: { apply: applyOutcomes },
      hooks: {
        onClaim: (lateMs) => options.metrics.claimed(lateMs),
        onWorkError: (claim, error, retryInMs) =>
          this.logger.error({ msg: 'delivery.broken', deliveryId: claim.ref, retryInMs, err: error }),
        onClaimError: (error, retryInMs) =>
          this.logger.error({ msg: 'delivery.claim.failed', retryInMs, err: error }),
        onSettleError: (error, count) =>
          this.logger.error({ msg: 'delivery.settle.failed', count, err: error }),
        onLost: (claim, reason) =>
          this.logger.warn({ msg: 'delivery.outcome.lost', deliveryId: claim.ref, reason }),
      },
    });
  }

  start(): void {
    this.lanes.start();
  }

  /** Delivery lanes may have become due. */
  wake(): void {
    this.lanes.wake();
  }

  /** Returns when the requests in flight have ended and their outcomes are written. */
  async stop(): Promise<void> {
    await this.lanes.stop(this.options.timeoutMs + STOP_WITHIN_MS);
  }

  private work(claims: readonly Claim[]): Promise<Outcome<AttemptOutcome>>[] {
    const deliveries = loadDueDeliveries(
      this.options.pool,
      claims.map(({ ref }) => ref),
    );
    return claims.map(async ({ ref }) => this.attempt.make((await deliveries).get(ref)));
  }

  private report(delivery: DueDelivery, result: HttpResult, succeeded: boolean): void {
    const outcome = succeeded ? 'delivered' : result.kind === 'error' ? result.errorClass : 'status';
    this.options.metrics.attempted(outcome);
    if (succeeded) this.options.metrics.delivered(delivery.createdAt, this.options.clock.now());
    this.logger.log({
      msg: 'delivery.attempted',
      deliveryId: delivery.id,
      endpointId: delivery.endpoint.id,
      workspaceId: delivery.workspaceId,
      messageId: delivery.messageId,
      attempt: delivery.attempts + 1,
      outcome,
      status: result.kind === 'answer' ? result.status : undefined,
      durationMs: result.durationMs,
    });
  }
}

async function applyOutcomes(tx: Sql, settled: readonly Settled<AttemptOutcome>[]): Promise<void> {
  const outcomes = settled.map(({ outcome }) => outcome.apply).filter((apply) => apply !== undefined);
  await writeOutcomes(tx, outcomes);
}
