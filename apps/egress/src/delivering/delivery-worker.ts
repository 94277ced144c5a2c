import { Logger } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import type { Clock } from '@waypost/kernel';
import { LaneWorker, type Claim, type Outcome } from '@waypost/lanes';
import type { Pool } from 'pg';
import type { EgressMetrics } from '../egress-metrics.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import { DeliveryAttempt, type Grant } from './delivery-attempt.js';
import { standingOf } from './before-attempt.js';
import { BodyBudget } from './body-budget.js';
import { loadBodies, loadDueDeliveries, type DueDelivery } from './due-deliveries.js';
import { takeProbes } from './probes.js';
import { statusOf } from './request-log.js';
import { SetAside } from './set-aside.js';
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
/** Of the bodies in memory: a bundle's may be some megabytes, and the log keeps them as well. */
const MOST_BODY_BYTES = 8 * 1024 * 1024;
const MOST_BODY_BYTES_PER_ENDPOINT = 4 * 1024 * 1024;

/**
 * Works the delivery lanes: each endpoint has a few, each chat belongs to one of them, so the messages of a chat leave one at a
 * time and in order, and an endpoint that hangs holds no more places than it has lanes, and one when it is known to fail.
 */
export class DeliveryWorker {
  private readonly logger = new Logger('delivering');
  private readonly attempt: DeliveryAttempt;
  private readonly waiting: WaitingLanes;
  private readonly aside: SetAside;
  private readonly lanes: LaneWorker<AttemptOutcome>;
  private readonly budget = new BodyBudget(MOST_BODY_BYTES, MOST_BODY_BYTES_PER_ENDPOINT);
  /** Those in our hands that others of their chat stay aside for. */
  private readonly leading = new Set<Claim>();

  constructor(private readonly options: DeliveryWorkerOptions) {
    const { pool, post, clock, rules, links, metrics } = options;
    this.attempt = new DeliveryAttempt({
      ...{ post, clock, backOffMs: rules.scheduleMs, retentionMs: options.retentionMs },
      onAttempt: (delivery, request) => this.report(delivery, request),
    });
    this.waiting = new WaitingLanes({ pool, onDeliveriesDue: () => this.due() });
    this.aside = new SetAside({ pool, onDeliveriesDue: () => this.due() });
    this.lanes = new LaneWorker({
      pool,
      kind: laneKinds.deliver,
      concurrency: options.concurrency,
      // Not much longer than a request may take: a dead process holds up its chats for that long.
      leaseMs: options.timeoutMs + SETTLE_WITHIN_MS,
      work: (claims) => this.work(claims),
      transaction: new SettleDeliveries({
        ...{ rules, links, retentionMs: options.retentionMs },
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
        onSettled: (claim) => {
          this.budget.giveBack(claim);
          if (this.leading.delete(claim)) this.aside.wake();
        },
        onLost: (claim, reason) => {
          this.budget.giveBack(claim);
          this.leading.delete(claim);
          this.logger.warn({ msg: 'delivery.outcome.lost', deliveryId: claim.ref, reason });
        },
      },
    });
  }

  start(): void {
    this.waiting.start();
    this.aside.start();
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
    await Promise.all([this.waiting.stop(), this.aside.stop()]);
  }

  private work(claims: readonly Claim[]): Promise<Outcome<AttemptOutcome>>[] {
    const loaded = this.load(claims);
    return claims.map(async ({ ref }) => {
      const { deliveries, grants } = await loaded;
      return this.attempt.make(deliveries.get(ref), grants.get(ref));
    });
  }

  /** The deliveries, and which of them go. */
  private async load(claims: readonly Claim[]) {
    const { pool, timeoutMs } = this.options;
    const deliveries = await loadDueDeliveries(
      pool,
      claims.map(({ ref }) => ref),
    );
    for (const claim of claims) if (deliveries.get(claim.ref)?.goesAhead) this.leading.add(claim);
    const going = claims.filter(({ ref }) => this.standing(deliveries.get(ref)) === 'go');
    const candidates = this.candidates(claims, deliveries);
    const grants = new Map<string, Grant>();
    const hasRoom = (claim: Claim) => {
      const { endpoint, bodyBytes } = deliveries.get(claim.ref)!;
      const isTaken = this.budget.take(claim, endpoint.id, bodyBytes);
      if (!isTaken) grants.set(claim.ref, 'no room');
      return isTaken;
    };
    const held = going.filter(hasRoom);
    const probing = new Map([...candidates].filter(([, claim]) => hasRoom(claim)));
    const probes = await takeProbes(pool, [...probing.keys()], timeoutMs + SETTLE_WITHIN_MS);
    for (const [endpointId, claim] of probing) {
      if (probes.has(endpointId)) held.push(claim);
      else this.budget.giveBack(claim);
    }
    for (const [ref, body] of await this.bodies(held, deliveries)) {
      const { endpoint } = deliveries.get(ref)!;
      const probe = probing.get(endpoint.id)?.ref === ref ? probes.get(endpoint.id) : undefined;
      grants.set(ref, { body, probe });
    }
    return { deliveries, grants };
  }

  /** By endpoint: the one that failed least, so that one that is always refused does not speak for the others, and of these the first. */
  private candidates(
    claims: readonly Claim[],
    deliveries: ReadonlyMap<string, DueDelivery>,
  ): Map<string, Claim> {
    const candidates = new Map<string, Claim>();
    for (const claim of claims) {
      const delivery = deliveries.get(claim.ref);
      if (!delivery || this.standing(delivery) !== 'probe') continue;
      const other = candidates.get(delivery.endpoint.id);
      if (!other || delivery.attempts < deliveries.get(other.ref)!.attempts)
        candidates.set(delivery.endpoint.id, claim);
    }
    return candidates;
  }

  private async bodies(
    held: readonly Claim[],
    deliveries: ReadonlyMap<string, DueDelivery>,
  ): Promise<Map<string, string>> {
    const bodies = new Map<string, string>();
    const missing: string[] = [];
    for (const { ref } of held) {
      const { body } = deliveries.get(ref)!;
      if (body === null) missing.push(ref);
      else bodies.set(ref, body);
    }
    for (const [ref, body] of await loadBodies(this.options.pool, missing)) bodies.set(ref, body);
    return bodies;
  }

  private standing(delivery: DueDelivery | undefined) {
    return delivery && standingOf(delivery, this.options.rules.scheduleMs).kind;
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
