import { scheduledDelay } from '@waypost/kernel';
import type { DueDelivery } from './due-deliveries.js';

/**
 * What is to be done about a delivery that is due. `probe`: it may go if it gets the probe of its endpoint, which backs off. `wait`: for its
 * endpoint, or, `alone`, for a reason of its own that nobody will tell it the end of.
 */
export type Standing = { kind: 'drop' | 'go' | 'probe' } | { kind: 'wait'; afterMs: number; alone: boolean };

/** When the end of waiting was not heard of, because a process died just then: a lane that waits looks by itself this often. */
export const LOOK_AGAIN_MS = 60_000;
/** Merges of chats are rare, and what goes ahead is in flight as a rule. */
const BEHIND_MS = 1_000;
/** One that failed lets others be the probe: that it is refused may be its own fault. */
const YIELD_MS = 1_000;

/** @param backOffMs the schedule of endpoints, by which a delivery that alone is refused waits as well */
export function standingOf(delivery: DueDelivery, backOffMs: readonly number[]): Standing {
  const { endpoint, isForgone, isBehind, attempts } = delivery;
  if (!endpoint.enabled || endpoint.url === null || isForgone) return { kind: 'drop' };
  if (endpoint.state === 'disabled') return { kind: 'wait', afterMs: LOOK_AGAIN_MS, alone: false };
  const ownMs = ownWaitMs(delivery, backOffMs);
  if (ownMs > 0) return { kind: 'wait', afterMs: Math.min(ownMs, LOOK_AGAIN_MS), alone: true };
  if (isBehind) return { kind: 'wait', afterMs: BEHIND_MS, alone: true };
  if (endpoint.state === 'healthy') return { kind: 'go' };
  if (endpoint.backOffMs <= 0) return { kind: 'probe' };
  const afterMs = endpoint.backOffMs + (attempts > 0 ? Math.min(endpoint.backOffMs / 5, YIELD_MS) : 0);
  return { kind: 'wait', afterMs: Math.min(Math.ceil(afterMs), LOOK_AGAIN_MS), alone: false };
}

/** Another delivery that gets through says nothing about one that is refused: it has a back-off of its own. */
function ownWaitMs({ refused }: DueDelivery, backOffMs: readonly number[]): number {
  if (!refused) return 0;
  return scheduledDelay(backOffMs, refused.times, 0) - refused.sinceFailureMs;
}
