import { scheduledDelay } from '@waypost/kernel';
import type { DueDelivery } from './due-deliveries.js';

/**
 * What is to be done about a delivery that is due. `probe`: it may go if it gets the probe of its endpoint, which backs off. `wait`: for its
 * endpoint, and its lane with it. `aside`: for a reason of its own or its chat's; the other chats of its lane go on.
 */
export type Standing =
  { kind: 'drop' | 'go' | 'probe' } | { kind: 'wait'; afterMs: number } | { kind: 'aside'; forMs: number };

/** When the end of waiting was not heard of, because a process died just then: a lane that waits looks by itself this often. */
export const LOOK_AGAIN_MS = 60_000;
const YIELD_MS = 500;

/** @param backOffMs the schedule of endpoints, by which a delivery that alone is refused waits as well */
export function standingOf(delivery: DueDelivery, backOffMs: readonly number[]): Standing {
  const { endpoint, isForgone, isBehind, attempts } = delivery;
  if (!endpoint.enabled || endpoint.url === null || isForgone) return { kind: 'drop' };
  if (endpoint.state === 'disabled') return { kind: 'wait', afterMs: LOOK_AGAIN_MS };
  if (isBehind) return { kind: 'aside', forMs: 0 };
  const forMs = ownWaitMs(delivery, backOffMs);
  if (forMs > 0) return { kind: 'aside', forMs };
  if (endpoint.state === 'healthy') return { kind: 'go' };
  if (endpoint.backOffMs <= 0) return { kind: 'probe' };
  const stepMs = scheduledDelay(backOffMs, Math.max(endpoint.consecutiveErrors - 1, 0), 0);
  const afterMs = endpoint.backOffMs + yieldMs(attempts, stepMs);
  return { kind: 'wait', afterMs: Math.min(Math.ceil(afterMs), LOOK_AGAIN_MS) };
}

/**
 * One that failed lets those that failed less be the probe: that it is refused may be its own fault. No longer than that, so that nobody waits
 * for one that never comes.
 *
 * @param stepMs of the schedule, for which the endpoint is left alone
 */
export function yieldMs(attempts: number, stepMs: number): number {
  return Math.min(stepMs, attempts * YIELD_MS);
}

/** Another delivery that gets through says nothing about one that is refused: it has a back-off of its own. */
function ownWaitMs({ refused }: DueDelivery, backOffMs: readonly number[]): number {
  if (!refused) return 0;
  return Math.ceil(scheduledDelay(backOffMs, refused.times, 0) - refused.sinceFailureMs);
}
