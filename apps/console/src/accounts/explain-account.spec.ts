import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_STATES } from './account-resource.js';
import { explainAccount } from './explain-account.js';

const account = { stateReason: null, retryAt: null, queueLength: 0, held: 0, newChatsLockedUntil: null };

describe('the explanation of an account', () => {
  it.each(ACCOUNT_STATES)('is one sentence in state %s, with and without a queue', (state) => {
    for (const queueLength of [0, 1, 7]) {
      const sentence = explainAccount({ ...account, state, queueLength });
      expect(sentence).toMatch(/^[A-Z0-9][^.]*\.$/);
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

  it('says when an account that backs off connects again, and why it lost the connection', () => {
    const sentence = explainAccount({
      ...account,
      state: 'backing_off',
      stateReason: 'stream error 515',
      retryAt: new Date('2026-11-02T08:30:00.500Z'),
    });
    expect(sentence).toContain('(stream error 515)');
    expect(sentence).toContain('at 2026-11-02T08:30:00Z.');
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
