import { describe, expect, it } from '@jest/globals';
import { Conditions } from './conditions.js';

describe('conditions of the network', () => {
  const ada = '+4915100000001';
  const bob = '+4915100000002';

  it('hit the account they are set for, or all', () => {
    const conditions = new Conditions();
    conditions.set(ada, { kind: 'delay', ms: 50 });
    expect([conditions.delayMs(ada), conditions.delayMs(bob)]).toEqual([50, 0]);
    conditions.set(undefined, { kind: 'delay', ms: 80 });
    expect([conditions.delayMs(ada), conditions.delayMs(bob)]).toEqual([80, 80]);
  });

  it('wear off after the number of messages they are set for', () => {
    const conditions = new Conditions();
    conditions.set(ada, { kind: 'reject_next', code: 463, count: 2 });
    conditions.set(ada, { kind: 'reject_next', code: 479 });
    expect(Array.from({ length: 4 }, () => conditions.takeRejection(ada))).toEqual([
      463,
      463,
      479,
      undefined,
    ]);
    conditions.set(ada, { kind: 'duplicate_next' });
    expect([conditions.duplicatesNext(ada), conditions.duplicatesNext(ada)]).toEqual([true, false]);
  });

  it('drop acks until they are cleared, unless a number is given', () => {
    const conditions = new Conditions();
    conditions.set(ada, { kind: 'drop_acks' });
    expect([conditions.dropsAck(ada), conditions.dropsAck(ada), conditions.dropsAck(bob)]).toEqual([
      true,
      true,
      false,
    ]);
    conditions.set(ada, { kind: 'clear' });
    conditions.set(ada, { kind: 'drop_acks', count: 1 });
    expect([conditions.dropsAck(ada), conditions.dropsAck(ada)]).toEqual([true, false]);
  });
});
