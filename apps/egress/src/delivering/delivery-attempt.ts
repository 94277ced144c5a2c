import { scheduledDelay, signWebhook, type Clock } from '@waypost/kernel';
import type { Outcome } from '@waypost/lanes';
import type { SecretBox } from '@waypost/persistence';
import type { HttpResult, SafeHttpClient } from '@waypost/safe-http';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { DueDelivery } from './due-deliveries.js';
import { retryAfterMs } from './retry-after.js';

export interface DeliveryAttemptOptions {
  http: Pick<SafeHttpClient, 'post'>;
  box: Pick<SecretBox, 'open'>;
  clock: Clock;
  /** Longest that a request may take in all, in milliseconds. */
  timeoutMs: number;
  /** How long an endpoint is left alone after its 1st, 2nd, … consecutive error, in milliseconds; the last one for ever. */
  backOffMs: readonly number[];
  onAttempt?: (delivery: DueDelivery, result: HttpResult, succeeded: boolean) => void;
}

const MAX_ANSWER_BYTES = 16 * 1024;
const BACK_OFF_SPREAD = 0.2;
/** While its endpoint is left alone a lane looks this often whether that is over early, because another delivery got through. */
const LOOK_AGAIN_MS = 30_000;

/** Makes one attempt at a delivery, if its endpoint is to be called at all, and says what becomes of it. */
export class DeliveryAttempt {
  constructor(private readonly options: DeliveryAttemptOptions) {}

  /** @param delivery absent: it is done with already, or its endpoint is gone */
  async make(delivery: DueDelivery | undefined): Promise<Outcome<AttemptOutcome>> {
    if (!delivery) return { result: 'done' };
    const { endpoint } = delivery;
    if (!endpoint.enabled || endpoint.url === null)
      return { result: 'done', apply: { kind: 'dropped', deliveryId: delivery.id } };
    if (endpoint.disabled) return { result: 'retry', afterMs: LOOK_AGAIN_MS };
    if (endpoint.backOffMs > 0)
      return { result: 'retry', afterMs: Math.min(endpoint.backOffMs, LOOK_AGAIN_MS) };
    return this.post(delivery, endpoint.url);
  }

  private async post(delivery: DueDelivery, url: string): Promise<Outcome<AttemptOutcome>> {
    const { http, timeoutMs, onAttempt } = this.options;
    const startedAt = performance.now();
    const result = await http.post(url, {
      headers: this.headers(delivery),
      body: delivery.body,
      totalMs: timeoutMs,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    const problem = problemOf(result);
    onAttempt?.(delivery, result, problem === undefined);
    const ids = { deliveryId: delivery.id, endpointId: delivery.endpoint.id };
    if (problem === undefined) return { result: 'done', apply: { kind: 'delivered', ...ids } };
    const pauseMs = this.pauseMs(delivery, result);
    return {
      result: 'retry',
      afterMs: Math.min(pauseMs, LOOK_AGAIN_MS),
      apply: {
        kind: 'failed',
        ...ids,
        status: result.kind === 'answer' ? result.status : undefined,
        error: problem,
        ageMs: () => performance.now() - startedAt,
        backOffMs: pauseMs,
      },
    };
  }

  private pauseMs({ endpoint }: DueDelivery, result: HttpResult): number {
    const step = scheduledDelay(this.options.backOffMs, endpoint.consecutiveErrors, BACK_OFF_SPREAD);
    if (result.kind === 'error') return step;
    return Math.max(step, retryAfterMs(result.headers['retry-after'], this.options.clock.now()));
  }

  private headers({ id, body, endpoint }: DueDelivery): Record<string, string> {
    const secret = this.options.box.open(endpoint.secretSealed, `outbound_endpoint:${endpoint.id}`);
    return {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Waypost',
      ...signWebhook([secret.toString('utf8')], { id, body, at: this.options.clock.now() }),
    };
  }
}

/** Success is 200 and nothing else. */
function problemOf(result: HttpResult): string | undefined {
  if (result.kind === 'error') return result.detail;
  return result.status === 200 ? undefined : `the answer was HTTP ${result.status}, not 200`;
}
