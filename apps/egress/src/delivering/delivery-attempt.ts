import { scheduledDelay, type Clock } from '@waypost/kernel';
import type { Outcome } from '@waypost/lanes';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { DueDelivery } from './due-deliveries.js';
import { BACK_OFF_SPREAD } from './endpoint-state.js';
import { retryAfterMs } from './retry-after.js';
import type { MadeRequest, SignedPost } from './signed-post.js';

export interface DeliveryAttemptOptions {
  post: Pick<SignedPost, 'send'>;
  clock: Clock;
  /** How long an endpoint is left alone after its 1st, 2nd, … consecutive error, in milliseconds; the last one for ever. */
  backOffMs: readonly number[];
  onAttempt?: (delivery: DueDelivery, request: MadeRequest) => void;
}

/** When the end of waiting was not heard of, because a process died just then: a lane that waits looks by itself this often. */
const LOOK_AGAIN_MS = 60_000;

/** Makes one attempt at a delivery, if its endpoint is to be called at all, and says what becomes of it. */
export class DeliveryAttempt {
  constructor(private readonly options: DeliveryAttemptOptions) {}

  /**
   * @param delivery absent: it is done with already, or its endpoint is gone
   * @param probe of an endpoint that backs off: present for the one delivery that may try now
   */
  async make(delivery: DueDelivery | undefined, probe?: number): Promise<Outcome<AttemptOutcome>> {
    if (!delivery) return { result: 'done' };
    const { endpoint } = delivery;
    if (!endpoint.enabled || endpoint.url === null)
      return { result: 'done', apply: { kind: 'dropped', deliveryId: delivery.id } };
    if (endpoint.state === 'disabled' || (endpoint.state === 'backing_off' && probe === undefined)) {
      // Another delivery has the probe when the time is over: its outcome ends the waiting.
      const afterMs = endpoint.backOffMs > 0 ? Math.min(endpoint.backOffMs, LOOK_AGAIN_MS) : LOOK_AGAIN_MS;
      return { result: 'retry', afterMs, apply: { kind: 'waiting', endpointId: endpoint.id } };
    }
    return this.post(delivery, endpoint.url, probe);
  }

  private async post(
    delivery: DueDelivery,
    url: string,
    probe: number | undefined,
  ): Promise<Outcome<AttemptOutcome>> {
    const request = await this.options.post.send(delivery.endpoint, url, delivery.id, delivery.body);
    this.options.onAttempt?.(delivery, request);
    const { result, problem } = request;
    const ids = { deliveryId: delivery.id, endpointId: delivery.endpoint.id };
    if (!problem) return { result: 'done', apply: { kind: 'delivered', ...ids, request } };
    const asked = result.kind === 'answer' ? result.headers['retry-after'] : undefined;
    const askedMs = retryAfterMs(asked, this.options.clock.now());
    return {
      result: 'retry',
      afterMs: this.lookAgainMs(delivery, askedMs),
      apply: { kind: 'failed', ...ids, request, error: problem.error, probe, retryAfterMs: askedMs },
    };
  }

  /** About as long as the endpoint will be left alone: how long exactly is decided when the outcome is written. */
  private lookAgainMs({ endpoint }: DueDelivery, askedMs: number): number {
    const stepMs = scheduledDelay(this.options.backOffMs, endpoint.consecutiveErrors, BACK_OFF_SPREAD);
    return Math.min(Math.max(stepMs, askedMs), LOOK_AGAIN_MS);
  }
}
