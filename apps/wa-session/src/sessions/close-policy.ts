import { fullJitter, uniform, type Random } from '@waypost/kernel';
import type { AccountState } from '@waypost/persistence';

/** How a connection ended. */
export interface Closing {
  /** WhatsApp's status code, or Baileys' for what the network did. */
  code: number;
  /** With 402: how long the ban lasts, in seconds, as far as WhatsApp says. */
  banSeconds?: number;
  /** With 440: whether this pod still holds the account. */
  leaseIsOurs?: boolean;
}

/** What a session does after its connection closed. Reasons are clauses that people read, without a full stop. */
export type CloseDecision =
  | {
      do: 'reconnect';
      afterMs: number;
      state: Extract<AccountState, 'connecting' | 'backing_off'>;
      reason: string;
    }
  /** The account waits for a person, or until its ban is over. */
  | {
      do: 'stop';
      state: Extract<AccountState, 'logged_out' | 'conflict' | 'stopped'>;
      reason: string;
      resumeAfterMs?: number;
      /** Somebody who runs the product has to look. */
      alarm?: boolean;
    }
  /** The fleet looks for a version that is accepted. */
  | { do: 'change_version'; state: 'backing_off'; reason: string }
  /** Another pod has the account: write nothing. */
  | { do: 'drop' };

/** Closes in a row, as far as they count for the next decision. */
export interface CloseHistory {
  failures: number;
  replaced: number;
  restarts: number;
}

export const NO_HISTORY: CloseHistory = { failures: 0, replaced: 0, restarts: 0 };

/** What a code means, for metrics. */
export const closeReasons = {
  401: 'logged_out',
  402: 'banned_for_a_time',
  403: 'locked',
  405: 'client_too_old',
  406: 'banned',
  408: 'timed_out',
  409: 'protocol',
  411: 'protocol',
  428: 'lost',
  440: 'replaced',
  500: 'server_error',
  503: 'unavailable',
  515: 'restart',
} as const;
export type CloseReason = (typeof closeReasons)[keyof typeof closeReasons] | 'other';

export function closeReason(code: number): CloseReason {
  return code in closeReasons ? closeReasons[code as keyof typeof closeReasons] : 'other';
}

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;
const MOST_FAILURES = 10;
const PROBE_MIN_MS = 300_000;
const PROBE_MAX_MS = 600_000;
const REPLACED_WAIT_MS = 30_000;
const MOST_REPLACED = 3;
const MOST_RESTARTS = 3;
/** A connection that was open for so long has shown that it works. */
const PROVED_MS = 10_000;
/** Two programs that take the connection from each other do so within minutes. */
const UNDISPUTED_MS = 300_000;

export const CLIENT_TOO_OLD = 'WhatsApp no longer accepts this version of the client';

/**
 * The whole table of docs/states/session.md. "Not now" connects again with full jitter from 1 to 60 seconds, and after ten failures in a
 * row every 5 to 10 minutes; what a person has to settle stops.
 */
export function afterClose(
  { code, banSeconds, leaseIsOurs = true }: Closing,
  history: CloseHistory,
  random: Random = Math.random,
): CloseDecision {
  switch (code) {
    case 515:
      // Asked for after linking, once. A server that asks again and again is one that fails.
      if (history.restarts >= MOST_RESTARTS) return backOff(code, history, random);
      return { do: 'reconnect', afterMs: 0, state: 'connecting', reason: 'WhatsApp asked to connect again' };
    case 401:
      return { do: 'stop', state: 'logged_out', reason: 'the phone removed this device' };
    case 402:
      return {
        do: 'stop',
        state: 'stopped',
        reason: 'WhatsApp banned this account for a time',
        ...(banSeconds === undefined ? {} : { resumeAfterMs: banSeconds * 1_000 }),
      };
    case 403:
      return { do: 'stop', state: 'stopped', reason: 'WhatsApp locked this account' };
    case 406:
      return { do: 'stop', state: 'stopped', reason: 'WhatsApp banned this account' };
    case 405:
      return { do: 'change_version', state: 'backing_off', reason: CLIENT_TOO_OLD };
    case 409:
    case 411:
      return {
        do: 'stop',
        state: 'stopped',
        reason: 'WhatsApp and this client do not agree on the protocol',
        alarm: true,
      };
    case 440:
      if (!leaseIsOurs) return { do: 'drop' };
      if (history.replaced >= MOST_REPLACED) {
        return { do: 'stop', state: 'conflict', reason: 'another program keeps using this linked device' };
      }
      return {
        do: 'reconnect',
        afterMs: REPLACED_WAIT_MS,
        state: 'backing_off',
        reason: 'another program took the connection over',
      };
    default:
      return backOff(code, history, random);
  }
}

function backOff(code: number, { failures }: CloseHistory, random: Random): CloseDecision {
  const state = 'backing_off';
  if (failures >= MOST_FAILURES) {
    return {
      do: 'reconnect',
      afterMs: uniform(PROBE_MIN_MS, PROBE_MAX_MS, random),
      state,
      reason: `the connection to WhatsApp failed ${failures + 1} times in a row (${code})`,
    };
  }
  return {
    do: 'reconnect',
    afterMs: fullJitter(failures, BACKOFF_BASE_MS, BACKOFF_CAP_MS, random),
    state,
    reason: `the connection to WhatsApp was lost (${code})`,
  };
}

/** The history after one more close; nothing of it fades by itself. */
export function withClose({ failures, replaced, restarts }: CloseHistory, code: number): CloseHistory {
  if (code === 440) return { failures, replaced: replaced + 1, restarts };
  if (code === 515)
    return { failures: failures + (restarts >= MOST_RESTARTS ? 1 : 0), replaced, restarts: restarts + 1 };
  return { failures: failures + 1, replaced, restarts };
}

/** What still counts after a connection was open for a while. */
export function afterOpen(history: CloseHistory, openForMs: number): CloseHistory {
  return {
    failures: openForMs >= PROVED_MS ? 0 : history.failures,
    replaced: openForMs >= UNDISPUTED_MS ? 0 : history.replaced,
    restarts: openForMs >= PROVED_MS ? 0 : history.restarts,
  };
}
