import { scheduledDelay, type Random } from '@waypost/kernel';

/** Times are milliseconds of one clock, the database's. */
export interface EndpointState {
  state: 'healthy' | 'backing_off' | 'disabled';
  consecutiveErrors: number;
  /** Of an endpoint that backs off: when one delivery may probe it; while one does, when that one is given up for dead. */
  nextAttemptAt: number | null;
}

/** How an attempt ended. */
export type AttemptEnd =
  | { kind: 'succeeded' }
  | {
      kind: 'failed';
      /** What `nextAttemptAt` was set to when this attempt became the probe; absent for one of a healthy endpoint. */
      probe?: number;
      /** What the receiver asked for; 0: nothing. */
      retryAfterMs: number;
    };

export interface BackOffRules {
  /** How long the endpoint is left alone after its 1st, 2nd, … consecutive error; the last one holds for all later ones. */
  scheduleMs: readonly number[];
  /** One error more in a row disables it. */
  maxErrors: number;
}

/** Each step of the schedule is spread by so much. */
export const BACK_OFF_SPREAD = 0.2;

/**
 * ```
 *            failed                     the probe failed, too often
 *  healthy ─────────▶ backing_off ─────────────────────────────────▶ disabled
 *     ▲                │   ▲   │ the probe failed                       │
 *     │   succeeded    │   └───┘ (waits longer)                        │
 *     └────────────────┘                                               │
 *     └─────────────────────── its owner enables it ───────────────────┘
 * ```
 *
 * What changes nothing: the failure of a request that was in flight when another one failed, or that another probe took the place of;
 * and, while disabled, anything that comes back late.
 */
export function afterAttempt(
  endpoint: EndpointState,
  end: AttemptEnd,
  now: number,
  rules: BackOffRules,
  random: Random = Math.random,
): EndpointState {
  if (endpoint.state === 'disabled') return endpoint;
  if (end.kind === 'succeeded') return { state: 'healthy', consecutiveErrors: 0, nextAttemptAt: null };
  if (!counts(endpoint, end.probe)) return endpoint;
  const consecutiveErrors = endpoint.consecutiveErrors + 1;
  if (consecutiveErrors > rules.maxErrors)
    return { state: 'disabled', consecutiveErrors, nextAttemptAt: null };
  const step = scheduledDelay(rules.scheduleMs, consecutiveErrors - 1, BACK_OFF_SPREAD, random);
  return { state: 'backing_off', consecutiveErrors, nextAttemptAt: now + Math.max(step, end.retryAfterMs) };
}

function counts(endpoint: EndpointState, probe: number | undefined): boolean {
  return probe === undefined ? endpoint.consecutiveErrors === 0 : endpoint.nextAttemptAt === probe;
}
