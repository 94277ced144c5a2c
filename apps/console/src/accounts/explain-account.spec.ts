import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_STATES } from './account-resource.js';
import { explainAccount, type AccountCondition } from './explain-account.js';

const account: Omit<AccountCondition, 'state'> = {
  stateReason: null,
  retryAt: null,
  queueLength: 0,
  held: 0,
  newChatsLockedUntil: null,
  loggingOut: false,
  withoutOwner: false,
  looksUp: false,
};
const at = new Date('2026-11-02T08:30:00.500Z');
const either = <T>(value: T) => [value, null];

describe('the explanation of an account', () => {
  it.each(ACCOUNT_STATES)('is one sentence in state %s, whatever else is so', (state) => {
    for (const queueLength of [0, 1, 7]) {
      for (const stateReason of either('the connection to WhatsApp was lost (503)')) {
        for (const retryAt of either(at)) {
          for (const flags of [{}, { loggingOut: true }, { withoutOwner: true }, { looksUp: true }]) {
            const sentence = explainAccount({
              ...account,
              state,
              queueLength,
              stateReason,
              retryAt,
              ...flags,
            });
            expect(sentence).toMatch(/^[A-Z0-9][^.]*\.$/);
          }
        }
      }
    }
  });

  it('counts what waits', () => {
    expect(explainAccount({ ...account, state: 'connecting', queueLength: 1 })).toMatch(
      /^1 message waits: the/,
    );
    expect(explainAccount({ ...account, state: 'connecting', queueLength: 2 })).toMatch(
      /^2 messages wait: the/,
    );
  });

  it.each([
    [
      'that backs off',
      { state: 'backing_off', stateReason: 'the connection to WhatsApp was lost (503)', retryAt: at },
      'The connection to WhatsApp was lost (503); the account connects again at 2026-11-02T08:30:00Z.',
    ],
    [
      'that waits for a version of the client',
      { state: 'backing_off', stateReason: 'WhatsApp no longer accepts this version of the client' },
      'WhatsApp no longer accepts this version of the client; the account connects again by itself, as soon as that is over.',
    ],
    [
      'that is banned for a time',
      { state: 'stopped', stateReason: 'WhatsApp banned this account for a time', retryAt: at },
      'WhatsApp banned this account for a time; it connects again by itself at 2026-11-02T08:30:00Z.',
    ],
    [
      'that WhatsApp locked',
      { state: 'stopped', stateReason: 'WhatsApp locked this account' },
      'WhatsApp locked this account; when that is settled, reconnect the account.',
    ],
    [
      'that another program uses',
      { state: 'conflict', stateReason: 'another program keeps using this linked device' },
      'Another program keeps using this linked device; end that one, then reconnect the account.',
    ],
    [
      'that the phone removed',
      { state: 'logged_out', stateReason: 'the phone removed this device' },
      'The phone removed this device; link the account again.',
    ],
    [
      'that moves',
      { state: 'connecting', stateReason: 'the connection moves to another instance' },
      'The connection moves to another instance; sending goes on when the account is connected.',
    ],
    [
      'that is being logged out',
      { state: 'connected', loggingOut: true },
      'The account is being logged out at WhatsApp; link it again to send.',
    ],
    [
      'that nobody holds',
      { state: 'connected', withoutOwner: true },
      'No instance of the session service holds the account; it goes on as soon as one runs that has room for it.',
    ],
    [
      'whose next message waits for a look-up',
      { state: 'connected', queueLength: 2, looksUp: true },
      '2 messages wait: WhatsApp has not answered yet whether the next recipient’s number is there.',
    ],
  ] as const)('of one %s says so', (_name, condition, sentence) => {
    expect(explainAccount({ ...account, ...condition })).toBe(sentence);
  });

  it('says so when all that waits is held, and when WhatsApp locks new chats', () => {
    const connected = { ...account, state: 'connected' as const, queueLength: 2 };
    expect(explainAccount({ ...connected, held: 2 })).toContain('files are being fetched');
    expect(explainAccount({ ...connected, held: 1 })).toContain('one after another');
    const newChatsLockedUntil = new Date('2026-11-02T08:30:00Z');
    expect(explainAccount({ ...connected, held: 2, newChatsLockedUntil })).toContain(
      'known contacts only until 2026-11-02T08:30:00Z',
    );
  });
});
