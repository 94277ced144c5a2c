import { describe, expect, it } from '@jest/globals';
import { afterLookUp, afterSending, type Circumstances, type SendAnswer } from './after-sending.js';
import type { DueMessage } from './due-messages.js';

const message: DueMessage = {
  id: 'm',
  workspaceId: 'w',
  accountId: 'a',
  chatId: '1',
  keyId: 'k',
  recipientJid: '1@s.whatsapp.net',
  text: 'x',
  state: 'queued',
  expired: false,
  heardFrom: false,
  newChatsLocked: false,
  earlierWaits: false,
};
const NOW = Date.parse('2026-11-24T12:00:00Z');
const HOUR_MS = 3_600_000;
const least = () => 0;
const most = () => 0.999999;

const given = (change: Partial<Circumstances> = {}): Circumstances => ({
  attempts: 0,
  pace: { minMs: 1_500, maxMs: 2_500 },
  newChatsLockMs: HOUR_MS,
  now: NOW,
  ...change,
});
const after = (answer: SendAnswer, change: Partial<Circumstances> = {}) =>
  afterSending(message, answer, given(change));

describe('after a send', () => {
  it.each(['acked', 'rejected', 'unknown'] as const)('keeps the pace when it was %s', (outcome) => {
    expect(after({ outcome }, { random: least }).paceMs).toBe(1_500);
    expect(after({ outcome }, { random: most }).paceMs).toBe(2_500);
  });

  it('backs off from the pace to 30 seconds while the outcome stays unknown', () => {
    const afterMs = (attempts: number, random: () => number) => {
      const outcome = after({ outcome: 'unknown' }, { attempts, random });
      return outcome.result === 'retry' ? outcome.afterMs : undefined;
    };
    expect(afterMs(0, least)).toBe(1_500);
    expect(afterMs(100, least)).toBe(1_500);
    expect(afterMs(100, most)).toBe(30_000);
  });

  it('puts back what nothing left of, and tries after one to ten seconds', () => {
    const outcome = (attempts: number) => after({ outcome: 'not_connected' }, { attempts, random: most });
    expect(outcome(0)).toMatchObject({ result: 'retry', afterMs: 2_000, apply: { kind: 'waiting' } });
    expect(outcome(100)).toMatchObject({ result: 'retry', afterMs: 10_000 });
  });
});

describe('a rejection', () => {
  it.each([
    ['463', undefined, 'WhatsApp does not let this account write to new contacts at present'],
    ['463', 'Not allowed', 'WhatsApp does not let this account write to new contacts at present'],
    ['not_on_whatsapp', undefined, 'This number is not on WhatsApp'],
    ['479', undefined, 'WhatsApp refused the message (479)'],
    ['479', 'The group is closed', 'The group is closed'],
    [undefined, undefined, 'WhatsApp refused the message (rejected)'],
  ])('with code %s and reason %s is never tried again and reads: %s', (code, reason, sentence) => {
    expect(after({ outcome: 'rejected', code, reason }, { attempts: 3 })).toMatchObject({
      result: 'done',
      apply: { kind: 'failed', code: code ?? 'rejected', reason: sentence },
    });
  });

  it('with code 463 locks new chats until WhatsApp says, else for an hour', () => {
    const lock = (newChatsLockedUntil?: number) => {
      const { apply } = after({ outcome: 'rejected', code: '463', newChatsLockedUntil });
      return apply?.kind === 'failed' ? apply.newChatsLock : undefined;
    };
    expect(lock(NOW + 5_000)).toEqual({ accountId: 'a', until: new Date(NOW + 5_000) });
    expect(lock()).toEqual({ accountId: 'a', until: new Date(NOW + HOUR_MS) });
    expect(lock(NOW - 1)).toEqual({ accountId: 'a', until: new Date(NOW + HOUR_MS) });
  });

  it('with another code locks nothing', () => {
    expect(after({ outcome: 'rejected', code: '479' }).apply).not.toHaveProperty('newChatsLock');
  });
});

describe('after a look-up', () => {
  const look = (reply: Parameters<typeof afterLookUp>[1]) =>
    afterLookUp(message, reply, given({ random: least }));

  it('sends to the address that was found', () => {
    expect(look({ outcome: 'found', jid: '2@s.whatsapp.net' })).toEqual({ sendTo: '2@s.whatsapp.net' });
    expect(look({ outcome: 'found' })).toEqual({ sendTo: message.recipientJid });
  });

  it('fails what is to go to nobody, at the pace', () => {
    expect(look({ outcome: 'missing' })).toMatchObject({
      result: 'done',
      paceMs: 1_500,
      apply: { kind: 'failed', code: 'not_on_whatsapp' },
    });
  });

  it('asks again later, never sooner than the pace, when WhatsApp did not answer', () => {
    expect(look({ outcome: 'unknown' })).toEqual({
      result: 'retry',
      paceMs: 1_500,
      afterMs: 1_500,
      apply: { kind: 'waiting', messageId: 'm' },
    });
  });

  it('waits for the account when nobody was asked', () => {
    expect(look({ outcome: 'not_connected' })).toEqual({
      result: 'retry',
      afterMs: 1_000,
      apply: { kind: 'waiting', messageId: 'm' },
    });
  });
});
