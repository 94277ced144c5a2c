import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import type pg from 'pg';
import {
  claim,
  enqueue,
  LaneWorker,
  setOpen,
  type Claim,
  type LaneWorkerOptions,
  type LostReason,
  type Outcome,
} from './index.js';

const done: Outcome = { result: 'done' };
const NEVER_MS = 600_000;

function doneWith<A>(apply: A, paceMs = 0): Outcome<A> {
  return { result: 'done', paceMs, apply };
}

describe('LaneWorker', () => {
  let db: TestDatabase;
  let kind: string;
  let workers: LaneWorker<never>[] = [];
  beforeAll(async () => {
    db = await createTestDatabase();
    db.pool.on('error', () => undefined);
  });
  beforeEach(() => {
    kind = randomUUID();
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop(0)));
    workers = [];
  });
  afterAll(() => db.drop());

  function startWorker<A = undefined>(
    options: Partial<LaneWorkerOptions<A>> & Pick<LaneWorkerOptions<A>, 'work'>,
  ): LaneWorker<A> {
    const worker = new LaneWorker<A>({ pool: db.pool, kind, ...options });
    workers.push(worker as unknown as LaneWorker<never>);
    worker.start();
    return worker;
  }

  async function append(...keys: string[]): Promise<string[]> {
    const items = keys.map((key) => ({ key, ref: randomUUID() }));
    await enqueue(db.pool, kind, items);
    return items.map(({ ref }) => ref);
  }

  async function waitUntilEmpty(): Promise<void> {
    await eventually(async () => {
      const { rows } = await db.pool.query(
        'select i.ref from lane_item i join lane l on l.id = i.lane_id where l.kind = $1',
        [kind],
      );
      expect(rows).toEqual([]);
    });
  }

  it('goes through a lane at its pace by itself, with neither hints nor sweeps', async () => {
    const refs = await append(...Array<string>(15).fill('a'));
    const worked: { ref: string; at: number }[] = [];
    startWorker({
      sweepMs: NEVER_MS,
      work: (claims) =>
        claims.map(async ({ ref }): Promise<Outcome> => {
          worked.push({ ref, at: performance.now() });
          return { result: 'done', paceMs: 30 };
        }),
    });
    await waitUntilEmpty();
    expect(worked.map(({ ref }) => ref)).toEqual(refs);
    worked.slice(1).forEach(({ at }, i) => expect(at - worked[i]!.at).toBeGreaterThanOrEqual(30));
  });

  it('looks at once when it is woken', async () => {
    const worked: string[] = [];
    const worker = startWorker({
      sweepMs: NEVER_MS,
      work: (claims) => claims.map(async ({ ref }) => (worked.push(ref), done)),
    });
    for (let i = 0; i < 20; i++) {
      const [ref] = await append('a');
      worker.wake();
      await eventually(() => worked.includes(ref!), { everyMs: 1 });
    }
  });

  it('finds what no hint told at its next sweep, and asks no more often than that when idle', async () => {
    let looks = 0;
    db.pool.on('acquire', () => looks++);
    const worked: string[] = [];
    const startedAt = performance.now();
    startWorker({ sweepMs: 100, work: (claims) => claims.map(async ({ ref }) => (worked.push(ref), done)) });
    await eventually(() => looks >= 6, { everyMs: 1 });
    expect(performance.now() - startedAt).toBeGreaterThan(490);
    db.pool.removeAllListeners('acquire');

    const refs = await append('a', 'b');
    await eventually(() => expect(worked.sort()).toEqual(refs.sort()));
  });

  it('holds no lane back for a slow one of the same claim', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const [slowRef] = await append('slow', ...Array.from({ length: 60 }, (_, i) => `quick ${i % 20}`));
    const worked: string[] = [];
    startWorker({
      work: (claims) =>
        claims.map(async ({ ref }) => {
          worked.push(ref);
          return ref === slowRef ? slow.promise : done;
        }),
    });
    await eventually(async () => {
      const { rows } = await db.pool.query(
        'select ref from lane_item i join lane l on l.id = lane_id where kind = $1',
        [kind],
      );
      expect(rows).toEqual([{ ref: slowRef }]);
    });
    expect(worked).toHaveLength(61);
    slow.resolve(done);
    await waitUntilEmpty();
  });

  it('lets a busy lane keep nobody waiting', async () => {
    await append(...Array<string>(100).fill('busy'));
    const order: string[] = [];
    const worker = startWorker({
      concurrency: 1,
      gatherMs: 0,
      work: (claims) => claims.map(async ({ key }) => (order.push(key), done)),
    });
    await eventually(() => order.length >= 5, { everyMs: 1 });
    await append('x', 'y', 'z');
    const before = order.length;
    await eventually(() => order.includes('z'), { everyMs: 1 });
    await worker.stop();
    expect(order.indexOf('z') - before).toBeLessThan(15);
  });

  it('holds no more lanes than its concurrency', async () => {
    await append(...Array.from({ length: 30 }, (_, i) => String(i)));
    const gates: ((outcome: Outcome) => void)[] = [];
    let held = 0;
    let most = 0;
    startWorker({
      concurrency: 7,
      work: (claims) =>
        claims.map(async () => {
          most = Math.max(most, ++held);
          const outcome = await new Promise<Outcome>((resolve) => gates.push(resolve));
          held--;
          return outcome;
        }),
    });
    for (let worked = 0; worked < 30; worked++) {
      await eventually(() => gates.length > 0, { everyMs: 1 });
      gates.shift()!(done);
    }
    await waitUntilEmpty();
    expect(most).toBe(7);
  });

  it('works no closed lane until it is opened', async () => {
    await setOpen(db.pool, kind, ['closed'], false);
    const [, , last] = await append('closed', 'open', 'closed');
    const worked: string[] = [];
    const worker = startWorker({
      sweepMs: 20,
      work: (claims) => claims.map(async ({ key }) => (worked.push(key), done)),
    });
    await eventually(() => worked.includes('open'));
    await append('open');
    await eventually(() => expect(worked).toEqual(['open', 'open']));
    expect(await setOpen(db.pool, kind, ['closed'], true)).toEqual([{ key: 'closed', slot: 0 }]);
    worker.wake();
    await waitUntilEmpty();
    expect(worked).toEqual(['open', 'open', 'closed', 'closed']);
    expect(last).toBeDefined();
  });

  it('tries again what failed, reports it, and counts the attempts', async () => {
    const refs = await append('a', 'a');
    const tries: [string, number][] = [];
    const errors: unknown[] = [];
    startWorker({
      retryScheduleMs: [10, 20],
      hooks: { onWorkError: (_, error) => errors.push(error) },
      work: (claims) => {
        const claim = claims[0]!;
        tries.push([claim.ref, claim.attempts]);
        if (tries.length === 1) throw new Error('at once');
        if (tries.length === 2) return [Promise.reject(new Error('later'))];
        if (tries.length === 3) return [];
        if (tries.length === 4) return [Promise.resolve({ result: 'retry', afterMs: 5 })];
        return [Promise.resolve(done)];
      },
    });
    await waitUntilEmpty();
    expect(tries).toEqual([...[0, 1, 2, 3, 4].map((attempt) => [refs[0], attempt]), [refs[1], 0]]);
    expect(errors).toEqual([new Error('at once'), new Error('later'), expect.any(Error)]);
  });

  it('goes on after its connections are cut in the middle of a claim and a settle', async () => {
    const lanes = Array.from({ length: 40 }, (_, i) => String(i));
    const refs = await append(...lanes, ...lanes, ...lanes, ...lanes, ...lanes);
    const finished = new Set<string>();
    const errors = new Set<string>();
    let gate = Promise.withResolvers<void>();
    let working = 0;
    startWorker<string>({
      sweepMs: 50,
      // What is settled again is not left to the end of its lease.
      leaseMs: 60_000,
      work: (claims) =>
        claims.map(async ({ ref }) => {
          working++;
          await gate.promise;
          working--;
          return doneWith(ref, 10);
        }),
      transaction: {
        apply: async (_tx, settled) => settled.forEach(({ outcome }) => finished.add(outcome.apply!)),
      },
      hooks: { onClaimError: () => errors.add('claim'), onSettleError: () => errors.add('settle') },
    });
    const others = await db.pool.connect();
    try {
      for (let cuts = 0; cuts < 3; cuts++) {
        await eventually(() => working > 0, { withinMs: 10_000 });
        await others.query('begin');
        await others.query('lock table lane');
        errors.clear();
        gate.resolve();
        gate = Promise.withResolvers();
        await eventually(async () => {
          const { rows } = await others.query(
            `select from pg_locks where not granted and relation = 'lane'::regclass`,
          );
          return rows.length === 2;
        });
        await others.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        );
        await eventually(() => expect([...errors].sort()).toEqual(['claim', 'settle']));
        await others.query('rollback');
      }
    } finally {
      others.release();
      gate.resolve();
    }
    await eventually(() => finished.size === refs.length, { withinMs: 10_000 });
    await waitUntilEmpty();
  });

  it('gives up lanes whose work outlasts the lease, and works them again', async () => {
    const [ref] = await append('a');
    const lost: [string, LostReason][] = [];
    startWorker({
      leaseMs: 60,
      sweepMs: 20,
      hooks: { onLost: (one, reason) => lost.push([one.ref, reason]) },
      work: (claims) =>
        claims.map(({ attempts }) => (attempts > 0 ? Promise.resolve(done) : new Promise(() => {}))),
    });
    await waitUntilEmpty();
    await eventually(() => expect(lost).toEqual([[ref, 'expired']]));
  });

  describe('with writes of its user in the settle', () => {
    beforeAll(() => db.pool.query('create table effect (ref uuid primary key check (ref is not null))'));

    async function effects(refs: string[]): Promise<number> {
      const { rows } = await db.pool.query('select ref from effect where ref = any($1)', [refs]);
      return rows.length;
    }

    const write: LaneWorkerOptions<string>['transaction'] = {
      apply: async (tx, settled) => {
        await tx.query('insert into effect select unnest($1::uuid[])', [
          settled.map(({ outcome }) => outcome.apply),
        ]);
      },
    };

    it('writes them in the transaction in which the items leave their lanes', async () => {
      const refs = await append('a', 'b', 'a', 'c');
      startWorker<string>({
        work: (claims) => claims.map(async ({ ref }) => doneWith(ref)),
        transaction: {
          apply: async (tx, settled) => {
            await write!.apply(tx, settled);
            const settledRefs = settled.map(({ claim }) => claim.ref);
            const left = await db.pool.query('select ref from lane_item where ref = any($1)', [settledRefs]);
            expect(left.rows).toHaveLength(settled.length);
            expect(await effects(settledRefs)).toBe(0);
          },
        },
      });
      await waitUntilEmpty();
      expect(await effects(refs)).toBe(4);
    });

    it('writes nothing for a worker that is too late', async () => {
      const [ref] = await append('a');
      const work = Promise.withResolvers<Outcome<string>>();
      const claimed: Claim[] = [];
      const lost: [string, LostReason][] = [];
      startWorker<string>({
        sweepMs: NEVER_MS,
        transaction: write,
        hooks: { onLost: (one, reason) => lost.push([one.ref, reason]) },
        work: (claims) => claims.map((one) => (claimed.push(one), work.promise)),
      });
      await eventually(() => claimed.length > 0);
      await db.pool.query('update lane set next_at = now() where kind = $1', [kind]);
      const other = await claim(db.pool, kind, 1, 60_000);
      expect(other.claims).toMatchObject([{ ref, attempts: 1 }]);

      work.resolve({ result: 'done', apply: ref });
      await eventually(() => expect(lost).toEqual([[ref, 'fenced']]));
      expect(await effects([ref!])).toBe(0);
      const { rows } = await db.pool.query('select lease_token from lane where kind = $1', [kind]);
      expect(rows).toEqual([{ lease_token: other.claims[0]!.token }]);
    });

    it('lets an outcome that cannot be written harm its own lane only', async () => {
      const refs = await append(...Array.from({ length: 20 }, (_, i) => String(i)));
      const errors: unknown[] = [];
      let writable = false;
      startWorker<string | null>({
        leaseMs: 400,
        transaction: write as LaneWorkerOptions<string | null>['transaction'],
        hooks: { onSettleError: (error) => errors.push(error) },
        work: (claims) => claims.map(async ({ ref }) => doneWith(ref === refs[7] && !writable ? null : ref)),
      });
      await eventually(async () => expect(await effects(refs)).toBe(19));
      expect(errors.length).toBeGreaterThan(0);
      // Its lease runs out and it is worked again, now with an outcome that can be written.
      writable = true;
      await waitUntilEmpty();
      expect(await effects(refs)).toBe(20);
    });

    it('takes the locks that others take first before it locks the lanes', async () => {
      await db.pool.query('create table account_balance (id int primary key, spent int)');
      await db.pool.query('insert into account_balance values (1, 0)');
      const total = 150;
      startWorker<string>({
        gatherMs: 0,
        work: (claims) => claims.map(async ({ ref }) => doneWith(ref)),
        transaction: {
          lockFirst: async (tx) => void (await tx.query('select from account_balance for update')),
          apply: async (tx, settled) =>
            void (await tx.query('update account_balance set spent = spent + $1', [settled.length])),
        },
      });
      for (let i = 0; i < total; i++) {
        const tx = await db.pool.connect();
        try {
          await tx.query('begin');
          await tx.query('select from account_balance for update');
          await enqueue(tx, kind, [{ key: String(i % 3), ref: randomUUID() }]);
          await tx.query('commit');
        } finally {
          // Also ends a transaction that failed.
          await tx.query('rollback');
          tx.release();
        }
      }
      await waitUntilEmpty();
      const { rows } = await db.pool.query(
        'select spent, deadlocks from account_balance, pg_stat_database where datname = current_database()',
      );
      expect(rows).toEqual([{ spent: total, deadlocks: '0' }]);
    });
  });

  describe('when it is stopped', () => {
    it('claims no more, and waits until what it works is settled', async () => {
      const gate = Promise.withResolvers<Outcome>();
      const [first] = await append('a');
      let worked = 0;
      let looking = 0;
      const query = async (...args: Parameters<pg.Pool['query']>) => {
        looking++;
        try {
          return await db.pool.query(...args);
        } finally {
          looking--;
        }
      };
      const worker = startWorker({
        pool: { query, connect: () => db.pool.connect() } as unknown as pg.Pool,
        sweepMs: 5,
        work: (claims) => claims.map(() => (worked++, gate.promise)),
      });
      await eventually(() => worked === 1);
      const stopping = worker.stop();
      // A look that was under way already may still claim.
      await eventually(() => looking === 0);
      const [second] = await append('b');
      expect((await claim(db.pool, kind, 5, 60_000)).claims.map(({ ref }) => ref)).toEqual([second]);
      gate.resolve(done);
      await stopping;
      expect(worked).toBe(1);
      const { rows } = await db.pool.query('select ref from lane_item where ref = $1', [first]);
      expect(rows).toEqual([]);
    });

    it('gives up work that does not end in time', async () => {
      const [ref] = await append('a');
      const lost: [string, LostReason][] = [];
      const late = Promise.withResolvers<Outcome>();
      let claimed = 0;
      const worker = startWorker({
        hooks: { onLost: (one, reason) => lost.push([one.ref, reason]) },
        work: (claims) => claims.map(() => (claimed++, late.promise)),
      });
      await eventually(() => claimed > 0);
      await worker.stop(20);
      expect(lost).toEqual([[ref, 'stopped']]);
      late.resolve(done);
      await db.pool.query('update lane set next_at = now() where kind = $1', [kind]);
      expect((await claim(db.pool, kind, 1, 60_000)).claims).toMatchObject([{ ref, attempts: 1 }]);
    });

    it('can be started and stopped at any moment', async () => {
      const refs = await append(...Array.from({ length: 200 }, (_, i) => String(i % 20)));
      const finished: string[] = [];
      let running = 0;
      const worker = new LaneWorker<string>({
        pool: db.pool,
        kind,
        gatherMs: 0,
        batch: 3,
        work: (claims) => claims.map(async ({ ref }) => (expect(running).toBe(1), doneWith(ref))),
        transaction: {
          apply: async (_tx, settled) => void finished.push(...settled.map(({ outcome }) => outcome.apply!)),
        },
      });
      for (let cycle = 0; cycle < 60; cycle++) {
        running = 1;
        worker.start();
        expect(() => worker.start()).toThrow('runs already');
        for (let turns = 0; turns < cycle % 12; turns++) {
          await db.pool.query('select 1');
          worker.wake();
        }
        await Promise.all([worker.stop(), worker.stop()]);
        running = 0;
        expect(db.pool.idleCount).toBe(db.pool.totalCount);
      }
      await worker.stop();
      running = 1;
      worker.start();
      await waitUntilEmpty();
      await worker.stop();
      expect(finished.sort()).toEqual(refs.sort());
    });
  });
});
