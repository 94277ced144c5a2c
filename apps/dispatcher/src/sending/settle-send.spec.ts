import { describe, expect, it } from '@jest/globals';
import type { DueMessage } from './due-messages.js';
import { afterSending, beforeSending } from './settle-send.js';

const message = (change: Partial<DueMessage> = {}): DueMessage => ({
  id: 'm',
  workspaceId: 'w',
  accountId: 'a',
  keyId: 'k',
  recipientJid: '1@s.whatsapp.net',
  text: 'x',
  cost: 1,
  state: 'queued',
  expired: false,
  owner: { pod: 'p', epoch: 1 },
  ...change,
});
const pace = { minMs: 1_500, maxMs: 2_500 };
const least = () => 0;
const most = () => 0.999999;

describe('before a send', () => {
  it('goes on when the message waits and somebody holds the account', () => {
    expect(beforeSending(message())).toBeUndefined();
    expect(beforeSending(message({ state: 'sending' }))).toBeUndefined();
  });

  it.each(['sent', 'delivered', 'read', 'failed'] as const)('lets go of a message that is %s', (state) => {
    expect(beforeSending(message({ state, expired: true }))).toEqual({ result: 'done' });
  });

  it('fails what has expired, connected or not', () => {
    for (const owner of [undefined, { pod: 'p', epoch: 1 }]) {
      expect(beforeSending(message({ expired: true, owner }))).toMatchObject({
        result: 'done',
        apply: { kind: 'failed', code: 'expired' },
      });
    }
  });

  it('looks again after one to two seconds while nobody holds the account', () => {
    const orphan = message({ owner: undefined });
    expect(beforeSending(orphan, least)).toMatchObject({
      result: 'retry',
      afterMs: 1_000,
      apply: { kind: 'waiting' },
    });
    expect(beforeSending(orphan, most)).toMatchObject({ result: 'retry', afterMs: 2_000 });
  });
});

describe('after a send', () => {
  it.each(['acked', 'rejected', 'unknown'] as const)('keeps the pace when it was %s', (outcome) => {
    expect(afterSending(message(), { outcome }, 0, pace, least).paceMs).toBe(1_500);
    expect(afterSending(message(), { outcome }, 0, pace, most).paceMs).toBe(2_500);
  });

  it('never tries again what was rejected, and says why', () => {
    const reply = { outcome: 'rejected', code: '463', reason: 'No' } as const;
    expect(afterSending(message(), reply, 3, pace)).toMatchObject({
      result: 'done',
      apply: { kind: 'failed', code: '463', reason: 'No' },
    });
  });

  it('backs off from the pace to 30 seconds while the outcome stays unknown', () => {
    const afterMs = (attempts: number, random: () => number) => {
      const outcome = afterSending(message(), { outcome: 'unknown' }, attempts, pace, random);
      return outcome.result === 'retry' ? outcome.afterMs : undefined;
    };
    expect(afterMs(0, least)).toBe(1_500);
    expect(afterMs(100, least)).toBe(1_500);
    expect(afterMs(100, most)).toBe(30_000);
  });

  it('puts back what nothing left of, and tries after one to ten seconds', () => {
    const outcome = (attempts: number) =>
      afterSending(message(), { outcome: 'not_connected' }, attempts, pace, most);
    expect(outcome(0)).toMatchObject({ result: 'retry', afterMs: 2_000, apply: { kind: 'waiting' } });
    expect(outcome(100)).toMatchObject({ result: 'retry', afterMs: 10_000 });
  });
});
