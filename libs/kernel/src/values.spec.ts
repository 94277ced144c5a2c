import { describe, expect, it } from '@jest/globals';
import { fullJitter, scheduledDelay, uniform } from './backoff.js';
import { newSecretToken, newWaKeyId, publicMessageId, uuidv7, uuidv7Bound } from './ids.js';
import { messageCost } from './message-cost.js';
import { mayAdvance } from './message-state.js';
import { payloadTimestamp } from './timestamp.js';

describe('ids', () => {
  it('of rows are version 7 and sort by time', () => {
    expect(uuidv7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidv7(1_000) < uuidv7(2_000)).toBe(true);
  });

  it('can be told from earlier and later ones by a bound', () => {
    const bound = uuidv7Bound(1_764_000_000_000);
    expect(uuidv7(1_763_999_999_999) < bound).toBe(true);
    expect(uuidv7(1_764_000_000_000) > bound).toBe(true);
  });

  it('of rows that are made in one millisecond sort in the order of their making', () => {
    const ids = Array.from({ length: 2_000 }, () => uuidv7(3_000));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(2_000);
  });

  it('of messages look like those of WhatsApp Web and carry the prefix for integrators', () => {
    expect(newWaKeyId()).toMatch(/^3EB0[0-9A-F]{16}$/);
    expect(publicMessageId('3EB09FCC85FE99662E46')).toBe('wa_backend:3EB09FCC85FE99662E46');
  });

  it('that are secrets hold 256 random bits', () => {
    expect(Buffer.from(newSecretToken(), 'base64url')).toHaveLength(32);
  });
});

describe('back-off', () => {
  it('with full jitter doubles its bound up to the cap', () => {
    expect([0, 1, 2, 10].map((attempt) => fullJitter(attempt, 1_000, 60_000, () => 1))).toEqual([
      1_000, 2_000, 4_000, 60_000,
    ]);
    expect(fullJitter(5, 1_000, 60_000, () => 0)).toBe(0);
  });

  it('by a schedule repeats its last step and spreads each', () => {
    expect([0, 1, 9].map((attempt) => scheduledDelay([5, 30], attempt, 0.2, () => 0.5))).toEqual([5, 30, 30]);
    expect(scheduledDelay([1_000], 0, 0.2, () => 0)).toBe(800);
    expect(scheduledDelay([1_000], 0, 0.2, () => 1)).toBe(1_200);
  });

  it('uniform stays within its bounds', () => {
    expect(uniform(1_500, 2_500, () => 0)).toBe(1_500);
    expect(uniform(1_500, 2_500, () => 1)).toBe(2_500);
  });
});

describe('a message', () => {
  it('costs one credit, or two when text travels with a file', () => {
    expect(messageCost({ text: 'hi', hasFile: false })).toBe(1);
    expect(messageCost({ text: '', hasFile: true })).toBe(1);
    expect(messageCost({ text: 'hi', hasFile: true })).toBe(2);
  });

  it('only moves forward, fails only before it was sent, and stays failed', () => {
    expect(mayAdvance('queued', 'sent')).toBe(true);
    expect(mayAdvance('read', 'delivered')).toBe(false);
    expect(mayAdvance('sending', 'failed')).toBe(true);
    expect(mayAdvance('sent', 'failed')).toBe(false);
    expect(mayAdvance('failed', 'sent')).toBe(false);
  });

  it('carries its time without a colon in the offset', () => {
    expect(payloadTimestamp(new Date('2021-02-24T16:30:29.987Z'))).toBe('2021-02-24T16:30:29+0000');
  });
});
