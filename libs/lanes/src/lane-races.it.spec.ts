import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import type { PoolClient } from 'pg';
import { claim, enqueue, hasten, setOpen, settle } from './index.js';

const STUCK_MS = 5_000;

describe('lanes under transactions at the same time', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  async function inTransaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
    const tx = await db.pool.connect();
    try {
      await tx.query('begin');
      const result = await work(tx);
      await tx.query('commit');
      return result;
    } catch (error) {
      await tx.query('rollback');
      throw error;
    } finally {
      tx.release();
    }
  }

  /** Claims and settles at pace 0 until `total` items were done. */
  async function drain(kind: string, total: number): Promise<Map<string, string[]>> {
    const done = new Map<string, string[]>();
    let progressAt = performance.now();
    for (let count = 0; count < total;) {
      const { claims } = await claim(db.pool, kind, 50, 60_000);
      const settled = await settle(
        db.pool,
        claims.map((claim) => ({ claim, outcome: { result: 'done' as const } })),
      );
      if (settled.length > 0) progressAt = performance.now();
      // With nothing due although items are missing, a lane sleeps with items in it.
      else if (performance.now() > progressAt + STUCK_MS)
        throw new Error(`${total - count} of ${total} items are stuck`);
      for (const { claim } of settled) {
        const lane = `${claim.key}/${claim.slot}`;
        done.set(lane, [...(done.get(lane) ?? []), claim.ref]);
      }
      count += settled.length;
    }
    return done;
  }

  it('lose no wake-up when items come to a lane in the moment in which it empties', async () => {
    const kind = randomUUID();
    const lanes = Array.from({ length: 6 }, (_, i) => String(i));
    const append = async () => {
      for (const key of lanes) {
        await inTransaction((tx) => enqueue(tx, kind, [{ key, ref: randomUUID() }]));
      }
    };
    // Nothing comes after the items of a round that would wake their lanes after all.
    for (let round = 0; round < 30; round++) {
      await Promise.all([drain(kind, 3 * lanes.length), append(), append(), append()]);
    }
    const { rows } = await db.pool.query(
      'select from lane_item i join lane l on l.id = lane_id where kind = $1',
      [kind],
    );
    expect(rows).toEqual([]);
  });

  it('give out the items of a lane in the order of the commits, and of a call in the order given', async () => {
    const kind = randomUUID();
    const committed = new Map<string, string[]>();
    const calls = 30;
    const append = async () => {
      for (let call = 0; call < calls; call++) {
        const items = ['a', 'b', 'a', 'c', 'a', 'b'].map((key) => ({ key, ref: randomUUID() }));
        await inTransaction(async (tx) => {
          await enqueue(tx, kind, items);
          // The lanes are locked: whoever comes here first commits first.
          for (const { key, ref } of items) {
            committed.set(`${key}/0`, [...(committed.get(`${key}/0`) ?? []), ref]);
          }
        });
      }
    };
    const [done] = await Promise.all([drain(kind, 4 * calls * 6), append(), append(), append(), append()]);
    expect(done).toEqual(committed);
  });

  it('never block each other for good, in whatever order the lanes are named', async () => {
    const kind = randomUUID();
    const calls = 30;
    const append = async (place: number) => {
      for (let call = 0; call < calls; call++) {
        const items = Array.from({ length: 12 }, (_, i) => ({
          key: `k${(i * (2 * place + 1) + call) % 13}`,
          slot: call % 3,
          ref: randomUUID(),
        }));
        await inTransaction((tx) => enqueue(tx, kind, place % 2 ? items : items.toReversed()));
      }
    };
    const toggle = async () => {
      for (let i = 0; i < calls; i++) await setOpen(db.pool, kind, ['k5', 'k3', 'k1'], i % 2 === 1);
    };
    await Promise.all([drain(kind, 4 * calls * 12), ...[0, 1, 2, 3].map(append), toggle()]);
    const { rows } = await db.pool.query(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(rows).toEqual([{ deadlocks: '0' }]);
  });

  it('are closed together with their key when they are born in that moment', async () => {
    const kind = randomUUID();
    for (let round = 0; round < 40; round++) {
      const key = `key ${round}`;
      if (round % 2) await enqueue(db.pool, kind, [{ key, slot: 1, ref: randomUUID() }]);
      await Promise.all([
        inTransaction((tx) => enqueue(tx, kind, [{ key, slot: 2, ref: randomUUID() }])),
        inTransaction((tx) => setOpen(tx, kind, [key], false)),
        inTransaction((tx) => enqueue(tx, kind, [{ key, slot: 3, ref: randomUUID() }])),
      ]);
    }
    const { claims } = await claim(db.pool, kind, 100, 1_000);
    expect(claims).toEqual([]);
  });

  it('are leased to one of those who claim at the same time', async () => {
    const kind = randomUUID();
    const items = Array.from({ length: 400 }, (_, i) => ({ key: String(i), ref: randomUUID() }));
    await enqueue(db.pool, kind, items);
    const claimed: string[] = [];
    const take = async () => {
      for (let last = 1; last > 0;) {
        const { claims } = await claim(db.pool, kind, 7, 60_000);
        claimed.push(...claims.map(({ ref }) => ref));
        last = claims.length;
      }
    };
    await Promise.all([take(), take(), take(), take()]);
    const late = await claim(db.pool, kind, 400, 60_000);
    claimed.push(...late.claims.map(({ ref }) => ref));
    expect(claimed.sort()).toEqual(items.map(({ ref }) => ref).sort());
  });

  it('let a claim pass over a lane that a transaction holds, and say that it is due', async () => {
    const kind = randomUUID();
    await enqueue(db.pool, kind, [{ key: 'held', ref: randomUUID() }]);
    await inTransaction(async (tx) => {
      await enqueue(tx, kind, [{ key: 'held', ref: randomUUID() }]);
      const { claims, nextDueInMs } = await claim(db.pool, kind, 10, 1_000);
      expect(claims).toEqual([]);
      expect(nextDueInMs).toBeLessThanOrEqual(0);
    });
    expect((await claim(db.pool, kind, 10, 1_000)).claims).toHaveLength(1);
  });

  it('give out what a transaction made due long before its commit, to a claim that looks at all', async () => {
    const kind = randomUUID();
    await enqueue(db.pool, kind, [{ key: 'slow', ref: randomUUID() }]);
    const { since } = await claim(db.pool, randomUUID(), 10, 1_000);
    await db.pool.query(`update lane set next_at = now() - interval '1 minute' where kind = $1`, [kind]);
    expect((await claim(db.pool, kind, 10, 1_000, since)).claims).toEqual([]);
    expect((await claim(db.pool, kind, 10, 1_000)).claims).toHaveLength(1);
  });

  describe('are hastened', () => {
    const hour = 3_600_000;

    /** Lanes 0 and 1 of a key wait for a retry, lane 2 is under a lease. */
    async function givenWaiting(paceMs?: number) {
      const [kind, key] = [randomUUID(), randomUUID()];
      await enqueue(
        db.pool,
        kind,
        [0, 1, 2].map((slot) => ({ key, slot, ref: randomUUID() })),
      );
      const { claims } = await claim(db.pool, kind, 3, hour);
      const waiting = claims.filter(({ slot }) => slot < 2);
      await settle(
        db.pool,
        waiting.map((claim) => ({ claim, outcome: { result: 'retry' as const, afterMs: hour, paceMs } })),
      );
      return { kind, key };
    }
    const dueSlots = async (kind: string) =>
      (await claim(db.pool, kind, 10, hour)).claims.map(({ slot }) => slot).sort();

    it('from their waiting, and not from the lease of a worker', async () => {
      const { kind, key } = await givenWaiting();
      expect(await dueSlots(kind)).toEqual([]);
      const fell = await hasten(db.pool, kind, [key, 'nobody']);
      expect(fell.map(({ slot }) => slot).sort()).toEqual([0, 1]);
      expect(await dueSlots(kind)).toEqual([0, 1]);
    });

    it('once, and never beyond their pace', async () => {
      const { kind, key } = await givenWaiting(hour / 2);
      expect(await hasten(db.pool, kind, [key])).toHaveLength(2);
      expect(await hasten(db.pool, kind, [key])).toEqual([]);
      expect(await dueSlots(kind)).toEqual([]);
    });

    it('while they are closed, without a hint to workers', async () => {
      const { kind, key } = await givenWaiting();
      await setOpen(db.pool, kind, [key], false);
      expect(await hasten(db.pool, kind, [key])).toEqual([]);
      expect(await dueSlots(kind)).toEqual([]);
      await setOpen(db.pool, kind, [key], true);
      expect(await dueSlots(kind)).toEqual([0, 1]);
    });
  });

  it('put a due lane without items to sleep', async () => {
    const kind = randomUUID();
    await enqueue(db.pool, kind, [{ key: 'hollow', ref: randomUUID() }]);
    await db.pool.query('delete from lane_item where lane_id = (select id from lane where kind = $1)', [
      kind,
    ]);
    expect(await claim(db.pool, kind, 10, 1_000)).toMatchObject({ claims: [], nextDueInMs: undefined });
    expect(await enqueue(db.pool, kind, [{ key: 'hollow', ref: randomUUID() }])).toHaveLength(1);
    expect((await claim(db.pool, kind, 10, 1_000)).claims).toHaveLength(1);
  });
});
