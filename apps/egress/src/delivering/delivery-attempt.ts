import { scheduledDelay, type Clock } from '@waypost/kernel';
import type { Outcome } from '@waypost/lanes';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { DueDelivery } from './due-deliveries.js';
import { LOOK_AGAIN_MS, standingOf, yieldMs } from './before-attempt.js';
import { BACK_OFF_SPREAD } from './endpoint-state.js';
import { retryAfterMs } from './retry-after.js';
import type { MadeRequest, SignedPost } from './signed-post.js';

/** What a delivery that goes is given. `probe`: present for the one that may try an endpoint that backs off. */
export type Grant = { body: string; probe?: number } | 'no room';

export interface DeliveryAttemptOptions {
  post: Pick<SignedPost, 'send'>;
  clock: Clock;
  /** How long an endpoint is left alone after its 1st, 2nd, … consecutive error, in milliseconds; the last one for ever. */
  backOffMs: readonly number[];
  /** A delivery that is refused for longer, while others get through, is given up; in milliseconds. */
  retentionMs: number;
  onAttempt?: (delivery: DueDelivery, request: MadeRequest) => void;
}

/** For how long the endpoint is left alone because of the probe is known then. */
const PROBE_TAKEN_MS = 1_000;
/** Bodies of others have to go first. */
const NO_ROOM_MS = 250;

/** Makes one attempt at a delivery, if its endpoint is to be called at all, and says what becomes of it. */
export class DeliveryAttempt {
  constructor(private readonly options: DeliveryAttemptOptions) {}

  /**
   * @param delivery absent: it is done with already, or its endpoint is gone
   * @param grant absent: another delivery is the probe of its endpoint, or it is not to go anyway
   */
  async make(delivery: DueDelivery | undefined, grant?: Grant): Promise<Outcome<AttemptOutcome>> {
    if (!delivery) return { result: 'done' };
    const { endpoint } = delivery;
    const standing = standingOf(delivery, this.options.backOffMs);
    if (standing.kind === 'drop')
      return { result: 'done', apply: { kind: 'dropped', deliveryId: delivery.id } };
    const waiting = { kind: 'waiting', endpointId: endpoint.id } as const;
    if (standing.kind === 'wait') return { result: 'retry', afterMs: standing.afterMs, apply: waiting };
    if (standing.kind === 'aside')
      return { result: 'done', apply: { kind: 'aside', deliveryId: delivery.id, asideMs: standing.forMs } };
    // The outcome of the probe ends the waiting.
    if (grant === undefined) return { result: 'retry', afterMs: PROBE_TAKEN_MS, apply: waiting };
    if (grant === 'no room') return { result: 'retry', afterMs: NO_ROOM_MS };
    return this.post(delivery, grant);
  }

  private async post(
    delivery: DueDelivery,
    { body, probe }: Exclude<Grant, string>,
  ): Promise<Outcome<AttemptOutcome>> {
    const { endpoint, refused } = delivery;
    const request = await this.options.post.send(endpoint, endpoint.url!, delivery.id, body);
    this.options.onAttempt?.(delivery, request);
    const { result, problem } = request;
    const ids = { deliveryId: delivery.id, endpointId: endpoint.id };
    if (!problem) return { result: 'done', apply: { kind: 'delivered', ...ids, request } };
    const asked = result.kind === 'answer' ? result.headers['retry-after'] : undefined;
    const askedMs = retryAfterMs(asked, this.options.clock.now());
    const failed = {
      kind: 'failed',
      ...ids,
      request,
      error: problem.error,
      probe,
      retryAfterMs: askedMs,
    } as const;
    if (refused && refused.forMs > this.options.retentionMs)
      return { result: 'done', apply: { ...failed, givenUp: delivery.messages } };
    const afterMs = this.lookAgainMs(delivery, askedMs);
    if (!refused && !delivery.goesAhead) return { result: 'retry', afterMs, apply: failed };
    const asideMs = refused ? scheduledDelay(this.options.backOffMs, refused.times + 1, 0) : afterMs;
    return { result: 'done', apply: { ...failed, asideMs } };
  }

  /** The longest that the endpoint will be left alone, which is decided when the outcome is written: whoever else waits goes first. */
  private lookAgainMs({ endpoint, attempts }: DueDelivery, askedMs: number): number {
    const stepMs = scheduledDelay(this.options.backOffMs, endpoint.consecutiveErrors, 0);
    const longestMs = Math.max(stepMs * (1 + BACK_OFF_SPREAD), askedMs);
    return Math.min(longestMs + yieldMs(attempts + 1, stepMs), LOOK_AGAIN_MS);
  }
}
