import { fullJitter, type Random } from '@waypost/kernel';
import type { AccountState } from '@waypost/persistence';

/** What a session does after its connection closed, and how the account's state is told to people. */
export type CloseDecision =
  | {
      do: 'reconnect';
      afterMs: number;
      state: Extract<AccountState, 'connecting' | 'backing_off'>;
      reason: string;
    }
  | { do: 'stop'; state: Extract<AccountState, 'logged_out' | 'conflict' | 'stopped'>; reason: string };

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;
const REPLACED_WAIT_MS = 30_000;
const MOST_REPLACED = 3;

export interface CloseHistory {
  /** Closes in a row since the connection was last open. */
  failures: number;
  /** Times in a row that another client took this one's place. */
  replaced: number;
}

/**
 * Decides by WhatsApp's status code. Codes that mean "not now" reconnect with full jitter from 1 to 60 seconds; codes that a person has
 * to settle stop.
 */
export function afterClose(code: number, history: CloseHistory, random: Random = Math.random): CloseDecision {
  switch (code) {
    case 515:
      return { do: 'reconnect', afterMs: 0, state: 'connecting', reason: 'WhatsApp asked to connect again' };
    case 401:
      return {
        do: 'stop',
        state: 'logged_out',
        reason: 'The phone removed this device. Link the account again.',
      };
    case 402:
      return { do: 'stop', state: 'stopped', reason: 'WhatsApp banned this account for a time.' };
    case 403:
    case 406:
      return { do: 'stop', state: 'stopped', reason: 'WhatsApp locked or banned this account.' };
    case 405:
      return {
        do: 'stop',
        state: 'stopped',
        reason: 'WhatsApp no longer accepts this version of the client.',
      };
    case 409:
    case 411:
      return {
        do: 'stop',
        state: 'stopped',
        reason: 'WhatsApp and this client do not agree on the protocol.',
      };
    case 440:
      if (history.replaced >= MOST_REPLACED) {
        return { do: 'stop', state: 'conflict', reason: 'Another program keeps using this linked device.' };
      }
      return {
        do: 'reconnect',
        afterMs: REPLACED_WAIT_MS,
        state: 'backing_off',
        reason: 'Another program took the connection',
      };
    default:
      return {
        do: 'reconnect',
        afterMs: fullJitter(history.failures, BACKOFF_BASE_MS, BACKOFF_CAP_MS, random),
        state: 'backing_off',
        reason: `The connection was lost (${code})`,
      };
  }
}
