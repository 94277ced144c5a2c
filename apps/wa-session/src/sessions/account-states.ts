import type { AccountState } from '@waypost/persistence';

/**
 * Which states an account can go to while one session holds it; `start`: which it can tell first. Drawn in docs/states/session.md, which a
 * test compares with this table, and the session's own tests walk along it. An account that rests has no session; where it goes when it gets
 * one says `AFTER_REST`.
 */
export const NEXT_STATES: Readonly<Record<'start' | AccountState, readonly AccountState[]>> = {
  start: ['connecting', 'pairing', 'backing_off', 'unlinked', 'logged_out', 'stopped'],
  pairing: ['connecting', 'backing_off', 'unlinked', 'logged_out', 'stopped'],
  connecting: ['connected', 'backing_off', 'logged_out', 'stopped', 'conflict'],
  connected: ['connecting', 'backing_off', 'logged_out', 'stopped', 'conflict'],
  backing_off: ['connecting', 'logged_out', 'stopped'],
  unlinked: [],
  logged_out: [],
  stopped: [],
  conflict: [],
};

export const AFTER_REST = {
  unlinked: ['pairing'],
  logged_out: ['connecting', 'pairing'],
  stopped: ['connecting', 'pairing'],
  conflict: ['connecting', 'pairing'],
} as const;

export function mayFollow(before: AccountState | undefined, state: AccountState): boolean {
  return before === state || NEXT_STATES[before ?? 'start'].includes(state);
}
