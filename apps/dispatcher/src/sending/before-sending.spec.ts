import { describe, expect, it } from '@jest/globals';
import { beforeSending } from './before-sending.js';
import type { DueMessage } from './due-messages.js';

const PHONE = '1@s.whatsapp.net';
const message = (change: Partial<DueMessage> = {}): DueMessage => ({
  id: 'm',
  workspaceId: 'w',
  accountId: 'a',
  chatId: '1',
  keyId: 'k',
  recipientJid: PHONE,
  text: 'x',
  state: 'queued',
  expired: false,
  owner: { pod: 'p', epoch: 1 },
  check: { fresh: true, onWhatsApp: true, sendTo: PHONE },
  heardFrom: false,
  newChatsLocked: false,
  earlierWaits: false,
  ...change,
});
const limits = { timeoutMs: 15_000, pace: { minMs: 1_500, maxMs: 2_500 } };
const decide = (change: Partial<DueMessage> = {}, random?: () => number) =>
  beforeSending(message(change), limits, random);
const outcome = (change: Partial<DueMessage>) => {
  const turn = decide(change);
  return turn.next === 'settle' ? turn.outcome : turn.next;
};

describe('a message whose turn it is', () => {
  it('is sent when it waits and somebody holds the account', () => {
    expect(decide()).toEqual({ next: 'send', to: PHONE });
    expect(decide({ state: 'sending' })).toEqual({ next: 'send', to: PHONE });
  });

  it.each(['sent', 'delivered', 'read', 'failed'] as const)('leaves the lane when it is %s', (state) => {
    expect(outcome({ state, expired: true })).toEqual({ result: 'done' });
  });

  it('leaves the lane when there is no such message', () => {
    expect(beforeSending(undefined, limits)).toEqual({ next: 'settle', outcome: { result: 'done' } });
  });

  it('fails when it has expired, connected or not', () => {
    for (const owner of [undefined, { pod: 'p', epoch: 1 }]) {
      expect(outcome({ expired: true, owner })).toMatchObject({
        result: 'done',
        apply: { kind: 'failed', code: 'expired', reason: 'The message could not be sent within 24 hours' },
      });
    }
  });

  it('is looked at again after one to two seconds while nobody holds the account', () => {
    const wait = (random: () => number) => decide({ owner: undefined }, random);
    expect(wait(() => 0)).toMatchObject({ outcome: { afterMs: 1_000, apply: { kind: 'waiting' } } });
    expect(wait(() => 0.999999)).toMatchObject({ outcome: { afterMs: 2_000 } });
  });

  it('fails when its file is not stored', () => {
    expect(outcome({ file: 'missing' })).toMatchObject({ apply: { kind: 'failed', code: 'file_missing' } });
  });
});

describe('a message that may be in flight since its dispatcher died', () => {
  it('waits until the send must have ended and the pace passed', () => {
    expect(outcome({ state: 'sending', begunMsAgo: 7_500 })).toEqual({ result: 'retry', afterMs: 10_000 });
    expect(outcome({ state: 'sending', begunMsAgo: 17_500 })).toEqual('send');
  });

  it('waits by the pace of its account, where that has one', () => {
    const pace = { minMs: 60_000, maxMs: 90_000 };
    expect(outcome({ state: 'sending', begunMsAgo: 5_000, pace })).toEqual({
      result: 'retry',
      afterMs: 100_000,
    });
  });

  it('is not failed before, even when it has expired', () => {
    expect(outcome({ state: 'sending', begunMsAgo: 0, expired: true })).toEqual({
      result: 'retry',
      afterMs: 17_500,
    });
  });

  it('keeps the pace of the next one when it turns out to have arrived', () => {
    expect(outcome({ state: 'delivered', begunMsAgo: 7_500 })).toEqual({ result: 'done', paceMs: 10_000 });
  });
});

describe('the recipient', () => {
  it('is looked up when nothing is known of the number and nobody ever wrote from there', () => {
    expect(outcome({ check: undefined })).toBe('look_up');
    expect(outcome({ check: { fresh: false, onWhatsApp: true, sendTo: PHONE } })).toBe('look_up');
    expect(outcome({ check: { fresh: false, onWhatsApp: false } })).toBe('look_up');
  });

  it('is not looked up when it wrote before', () => {
    expect(decide({ check: undefined, heardFrom: true })).toEqual({ next: 'send', to: PHONE });
  });

  it.each(['7@lid', '12036302@g.us'])('%s is not looked up: it is not a phone number', (recipientJid) => {
    expect(decide({ recipientJid, check: undefined })).toEqual({ next: 'send', to: recipientJid });
  });

  it('is the address that WhatsApp gave, also when that was long ago and it wrote since', () => {
    const check = { fresh: true, onWhatsApp: true, sendTo: '2@s.whatsapp.net' };
    expect(decide({ check })).toEqual({ next: 'send', to: check.sendTo });
    expect(decide({ check: { ...check, fresh: false }, heardFrom: true })).toEqual({
      next: 'send',
      to: check.sendTo,
    });
  });

  it('that is not on WhatsApp fails the message, unless it wrote meanwhile', () => {
    const check = { fresh: true, onWhatsApp: false };
    expect(outcome({ check })).toEqual({
      result: 'done',
      apply: {
        kind: 'failed',
        messageId: 'm',
        workspaceId: 'w',
        code: 'not_on_whatsapp',
        reason: 'This number is not on WhatsApp',
      },
    });
    expect(decide({ check, heardFrom: true })).toEqual({ next: 'send', to: PHONE });
  });
});

describe('while WhatsApp locks new chats', () => {
  const newChatsLocked = true;

  it('holds messages to people who never wrote, and looks nobody up', () => {
    for (const recipientJid of [PHONE, '7@lid']) {
      expect(outcome({ newChatsLocked, recipientJid, check: undefined })).toEqual({
        result: 'done',
        apply: { kind: 'held', messageId: 'm', chatId: '1', hold: 'new_chats_locked' },
      });
    }
  });

  it('sends to people who wrote, and to groups', () => {
    expect(outcome({ newChatsLocked, heardFrom: true })).toBe('send');
    expect(outcome({ newChatsLocked, recipientJid: '12036302@g.us' })).toBe('send');
  });
});

it('a message is held behind an earlier one of its chat that waits', () => {
  for (const heardFrom of [true, false]) {
    expect(outcome({ earlierWaits: true, heardFrom })).toEqual({
      result: 'done',
      apply: { kind: 'held', messageId: 'm', chatId: '1', hold: 'behind' },
    });
  }
});
