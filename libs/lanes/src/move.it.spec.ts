import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { claim, enqueue, move, setOpen, settle } from './index.js';

describe('items that move to another slot', () => {
  let db: TestDatabase;
  let kind: string;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());
  beforeEach(() => {
    kind = randomUUID();
  });

  /** Enqueues one after the other, each into its slot. */
  async function fill(...slots: number[]): Promise<string[]> {
    const refs = slots.map(() => randomUUID());
    for (const [place, slot] of slots.entries())
      await enqueue(db.pool, kind, [{ key: 'k', slot, ref: refs[place]! }]);
    return refs;
  }

  /** What leaves each slot, in order. */
  async function drain(): Promise<Record<number, string[]>> {
    const left: Record<number, string[]> = {};
    for (;;) {
      const { claims } = await claim(db.pool, kind, 10, 60_000);
      if (claims.length === 0) return left;
      for (const { slot, ref } of claims) (left[slot] ??= []).push(ref);
      await settle(
        db.pool,
        claims.map((one) => ({ claim: one, outcome: { result: 'done' as const } })),
      );
    }
  }

  const toSlot2 = (refs: string[]) =>
    move(
      db.pool,
      kind,
      refs.map((ref) => ({ key: 'k', from: 1, to: 2, ref })),
    );

  it('leave there in the order in which all were enqueued', async () => {
    const [a, b, c, d, e] = await fill(1, 2, 1, 2, 1);
    expect(await toSlot2([e!, a!])).toEqual({ due: [], left: [] });
    expect(await drain()).toEqual({ 1: [c], 2: [a, b, d, e] });
  });

  it('wake the lane they come to, which is born if need be, and leave an empty one asleep', async () => {
    const [a, b] = await fill(1, 1);
    expect(await toSlot2([a!, b!])).toEqual({ due: [{ key: 'k', slot: 2 }], left: [] });
    expect(await drain()).toEqual({ 2: [a, b] });
  });

  it('come to a closed lane when their key is closed', async () => {
    const [a] = await fill(1);
    await setOpen(db.pool, kind, ['k'], false);
    expect(await toSlot2([a!])).toEqual({ due: [], left: [] });
    expect(await drain()).toEqual({});
    await setOpen(db.pool, kind, ['k'], true);
    expect(await drain()).toEqual({ 2: [a] });
  });

  it('leave behind what a worker has in its hands, and what is not theirs', async () => {
    const [a, b] = await fill(1, 1);
    const { claims } = await claim(db.pool, kind, 10, 60_000);
    expect((await toSlot2([a!, b!, randomUUID()])).left).toEqual([a]);
    expect(await drain()).toEqual({ 2: [b] });
    const settled = await settle(db.pool, [{ claim: claims[0]!, outcome: { result: 'retry', afterMs: 0 } }]);
    expect(settled).toHaveLength(1);
    expect(await drain()).toEqual({ 1: [a] });
  });

  it('are taken from a worker whose lease has ended', async () => {
    const [a] = await fill(1);
    const { claims } = await claim(db.pool, kind, 10, 0);
    await toSlot2([a!]);
    expect(await settle(db.pool, [{ claim: claims[0]!, outcome: { result: 'done' } }])).toEqual([]);
    expect(await drain()).toEqual({ 2: [a] });
  });
});
