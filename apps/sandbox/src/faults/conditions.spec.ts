import { describe, expect, it } from '@jest/globals';
import { Conditions } from './conditions.js';

describe('conditions of the network', () => {
  const ada = '+4915100000001';
  const bob = '+4915100000002';

  const now = new Date('2026-11-24T07:00:00Z');

  it('hit the account they are set for, or all', () => {
    const conditions = new Conditions();
    conditions.set(ada, { kind: 'delay', ms: 50 }, now);
    expect([conditions.delayMs(ada), conditions.delayMs(bob)]).toEqual([50, 0]);
    conditions.set(undefined, { kind: 'delay', ms: 80 }, now);
    expect([conditions.delayMs(ada), conditions.delayMs(bob)]).toEqual([80, 80]);
  });

  it('wear off after the number of messages they are set for', () => {
    const conditions = new Conditions();
    conditions.set(ada, { kind: 'reject_next', code: 463, count: 2 }, now);
    conditions.set(ada, { kind: 'reject_next', code: 479 }, now);
    expect(Array.from({ length: 4 }, () => conditions.takeRejection(ada)?.code)).toEqual([
      463,
      463,
      479,
      undefined,
    ]);
    conditions.set(ada, { kind: 'duplicate_next' }, now);
    expect(conditions.takeDuplicate(ada)).toMatchObject({ otherAddress: false });
    expect(conditions.takeDuplicate(ada)).toBeUndefined();
  });

  it('drop acks until they are cleared, unless a number is given', () => {
    const conditions = new Conditions();
    conditions.set(ada, { kind: 'drop_acks' }, now);
    expect([conditions.dropsAck(ada), conditions.dropsAck(ada), conditions.dropsAck(bob)]).toEqual([
      true,
      true,
      false,
    ]);
    conditions.set(ada, { kind: 'clear' }, now);
    conditions.set(ada, { kind: 'drop_acks', count: 1 }, now);
    expect([conditions.dropsAck(ada), conditions.dropsAck(ada)]).toEqual([true, false]);
  });

  it('lock new chats for as long as they are set, until a length of nothing ends it', () => {
    const conditions = new Conditions();
    const end = new Date('2026-11-24T07:01:00Z');
    conditions.set(ada, { kind: 'new_chats_locked', seconds: 60 }, now);
    expect([conditions.newChatsLockedUntil(ada, now), conditions.newChatsLockedUntil(bob, now)]).toEqual([
      end,
      undefined,
    ]);
    expect(conditions.newChatsLockedUntil(ada, end)).toBeUndefined();
    conditions.set(ada, { kind: 'new_chats_locked', seconds: 0 }, now);
    expect(conditions.newChatsLockedUntil(ada, now)).toBeUndefined();
  });
});
