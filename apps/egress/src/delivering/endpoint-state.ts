import { scheduledDelay, type Random } from '@waypost/kernel';

/** Times are milliseconds of one clock, the database's. */
export interface EndpointState {
  state: 'healthy' | 'backing_off' | 'disabled';
  consecutiveErrors: number;
  /** Of an endpoint that backs off: when one delivery may probe it; while one does, when that one is given up for dead. */
  nextAttemptAt: number | null;
  /** One does. */
  isProbed: boolean;
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
 * What changes nothing, but that it may lengthen the pause: the failure of a request that was in flight when another one failed. What changes
 * nothing at all: that of a probe that another one took the place of;
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
  if (end.kind === 'succeeded')
    return { state: 'healthy', consecutiveErrors: 0, nextAttemptAt: null, isProbed: false };
  if (!counts(endpoint, end.probe)) return lengthened(endpoint, end, now);
  const consecutiveErrors = endpoint.consecutiveErrors + 1;
  if (consecutiveErrors > rules.maxErrors)
    return { state: 'disabled', consecutiveErrors, nextAttemptAt: null, isProbed: false };
  const step = scheduledDelay(rules.scheduleMs, consecutiveErrors - 1, BACK_OFF_SPREAD, random);
  const nextAttemptAt = now + Math.max(step, end.retryAfterMs);
  return { state: 'backing_off', consecutiveErrors, nextAttemptAt, isProbed: false };
}

/** What was in flight when another one failed may ask for more time; not while a probe is under way, which tells more. */
function lengthened(
  endpoint: EndpointState,
  { probe, retryAfterMs }: Extract<AttemptEnd, { kind: 'failed' }>,
  now: number,
): EndpointState {
  const { nextAttemptAt, isProbed } = endpoint;
  if (nextAttemptAt === null || isProbed || probe !== undefined || retryAfterMs === 0) return endpoint;
  return { ...endpoint, nextAttemptAt: Math.max(nextAttemptAt, now + retryAfterMs) };
}

function counts(endpoint: EndpointState, probe: number | undefined): boolean {
  return probe === undefined ? endpoint.consecutiveErrors === 0 : endpoint.nextAttemptAt === probe;
}
