import { Logger } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import type { Clock } from '@waypost/kernel';
import { LaneWorker, type Claim, type Outcome } from '@waypost/lanes';
import type { Pool } from 'pg';
import type { EgressMetrics } from '../egress-metrics.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { loadDueDeliveries, type DueDelivery } from './due-deliveries.js';
import { takeProbes } from './probes.js';
import { statusOf } from './request-log.js';
import { SettleDeliveries, type SettleDeliveriesOptions } from './settle-deliveries.js';
import type { MadeRequest, SignedPost } from './signed-post.js';
import { WaitingLanes } from './waiting-lanes.js';

export interface DeliveryWorkerOptions extends Omit<SettleDeliveriesOptions, 'onLanesChanged'> {
  pool: Pool;
  post: SignedPost;
  clock: Clock;
  metrics: EgressMetrics;
  /** Longest that a request may take in all, in milliseconds. */
  timeoutMs: number;
  /** Most deliveries at a time. */
  concurrency: number;
  /** Tells all processes that lanes fell due. */
  hint: () => void;
  /** Requests were made for these workspaces; called before the commit. */
  onAttempted: (workspaceIds: readonly string[]) => void;
}

/** Time to write down how a request ended, while its lane is still ours. */
const SETTLE_WITHIN_MS = 5_000;
const STOP_WITHIN_MS = 2_000;

/**
 * Works the delivery lanes: each endpoint has a few, each chat belongs to one of them, so the messages of a chat leave one at a
 * time and in order, and an endpoint that hangs holds no more places than it has lanes, and one when it is known to fail.
 */
export class DeliveryWorker {
  private readonly logger = new Logger('delivering');
  private readonly attempt: DeliveryAttempt;
  private readonly waiting: WaitingLanes;
  private readonly lanes: LaneWorker<AttemptOutcome>;

  constructor(private readonly options: DeliveryWorkerOptions) {
    const { pool, post, clock, rules, links, metrics } = options;
    this.attempt = new DeliveryAttempt({
      ...{ post, clock, backOffMs: rules.scheduleMs },
      onAttempt: (delivery, request) => this.report(delivery, request),
    });
    this.waiting = new WaitingLanes({ pool, onDeliveriesDue: () => this.due() });
    this.lanes = new LaneWorker({
      pool,
      kind: laneKinds.deliver,
      concurrency: options.concurrency,
      // Not much longer than a request may take: a dead process holds up its chats for that long.
      leaseMs: options.timeoutMs + SETTLE_WITHIN_MS,
      work: (claims) => this.work(claims),
      transaction: new SettleDeliveries({
        ...{ rules, links },
        onLanesChanged: (endpointIds) => this.waiting.align(endpointIds),
        onAttempted: options.onAttempted,
      }),
      hooks: {
        onClaim: (lateMs) => metrics.claimed(lateMs),
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
    this.waiting.start();
    this.lanes.start();
  }

  /** This process made delivery lanes due. */
  due(): void {
    this.wake();
    this.options.hint();
  }

  /** Delivery lanes may have become due. */
  wake(): void {
    this.lanes.wake();
  }

  /** Returns when the requests in flight have ended and their outcomes are written. */
  async stop(): Promise<void> {
    await this.lanes.stop(this.options.timeoutMs + STOP_WITHIN_MS);
    await this.waiting.stop();
  }

  private work(claims: readonly Claim[]): Promise<Outcome<AttemptOutcome>>[] {
    const loaded = this.load(claims.map(({ ref }) => ref));
    return claims.map(async ({ ref }) => {
      const { deliveries, probes } = await loaded;
      return this.attempt.make(deliveries.get(ref), probes.get(ref));
    });
  }

  /** The deliveries, and which of them are the probes of endpoints that back off: the one that has been due for longest. */
  private async load(ids: readonly string[]) {
    const { pool, timeoutMs } = this.options;
    const deliveries = await loadDueDeliveries(pool, ids);
    const candidates = new Map<string, string>();
    for (const id of ids) {
      const endpoint = deliveries.get(id)?.endpoint;
      if (!endpoint || candidates.has(endpoint.id) || !mayBeProbed(endpoint)) continue;
      candidates.set(endpoint.id, id);
    }
    const taken = await takeProbes(pool, [...candidates.keys()], timeoutMs + SETTLE_WITHIN_MS);
    const probes = new Map([...taken].map(([endpointId, probe]) => [candidates.get(endpointId)!, probe]));
    return { deliveries, probes };
  }

  private report(delivery: DueDelivery, { result, problem }: MadeRequest): void {
    const outcome = problem?.errorClass ?? 'delivered';
    this.options.metrics.attempted(outcome);
    if (!problem) this.options.metrics.delivered(delivery.createdAt, this.options.clock.now());
    this.logger.log({
      msg: 'delivery.attempted',
      deliveryId: delivery.id,
      endpointId: delivery.endpoint.id,
      workspaceId: delivery.workspaceId,
      messageId: delivery.messageId ?? undefined,
      attempt: delivery.attempts + 1,
      outcome,
      status: statusOf(result),
      durationMs: result.durationMs,
    });
  }
}

function mayBeProbed({ enabled, url, state, backOffMs }: DueDelivery['endpoint']): boolean {
  return enabled && url !== null && state === 'backing_off' && backOffMs <= 0;
}
