import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { ConnectPace } from '../connecting/connect-pace.js';
import { SHARING } from '../sessions/sessions.js';
import { WaSessionConfig } from '../wa-session.config.js';
import { LeaseKeeper, type LeasedSession } from './lease-keeper.js';
import { LeaseTable, type Lease } from './lease-table.js';
import { PodTable } from './pod-table.js';

const TTL_MS = 3_000;
const AS_SHIPPED = { ...SHARING, connectsPerSecond: new WaSessionConfig().connectsPerSecond };
/** No lease of these runs out while a story is told. */
const LONG_TTL_MS = 600_000;
const soon = { withinMs: 20_000, everyMs: 20 };
jest.setTimeout(60_000);

/** Accounts that nobody may move. */
const staying = new Set<string>();

/** A pod whose sessions do nothing. It can die: from then on Postgres does not hear of it. */
class SimulatedPod {
  private static count = 0;
  readonly process: string;
  private dead = false;
  private readonly keeper: LeaseKeeper;

  constructor(
    name: string,
    pool: Pool,
    private readonly opened: (accountId: string) => void,
    readonly room = 500,
    ttlMs = TTL_MS,
    cadence = { shareEveryMs: 100, claimAtOnce: 50, hasteAfterMs: TTL_MS },
  ) {
    this.process = `${name}_${SimulatedPod.count++}`;
    const mortal = {
      query: (...args: Parameters<Pool['query']>) =>
        this.dead ? new Promise(() => undefined) : pool.query(...args),
    } as unknown as Pool;
    this.keeper = new LeaseKeeper(
      new LeaseTable(mortal, this.process, { ttlMs, answerMs: 5_000 }),
      new PodTable(mortal, this.process, { livesMs: TTL_MS / 2, restartsMs: TTL_MS / 2, answerMs: 5_000 }),
      {
        renewEveryMs: TTL_MS / 3,
        ...cadence,
        room,
        closeAtOnce: 10,
        moveWithinMs: 1_000,
        open: (lease, ended) => this.open(lease, ended),
        released: () => undefined,
        withoutOwner: () => undefined,
        failed: () => undefined,
      },
    );
    this.keeper.start();
  }

  /** How many accounts it holds. */
  get size(): number {
    return this.keeper.list().length;
  }

  leave(): Promise<void> {
    return this.keeper.drain(2_000);
  }

  async die(): Promise<void> {
    this.dead = true;
    await this.keeper.drain(0);
  }

  private open({ accountId }: Lease, ended: () => void): LeasedSession {
    this.opened(accountId);
    return {
      leaseRenewed: () => undefined,
      wished: () => undefined,
      get mayMove() {
        return !staying.has(accountId);
      },
      stop: async () => undefined,
      drop: ended,
    };
  }
}

describe('pods that share accounts', () => {
  let database: TestDatabase;
  let pods: SimulatedPod[];
  /** Sessions opened since the last change of pods, by account. */
  let opened: Map<string, number>;

  beforeEach(async () => {
    database = await createTestDatabase();
    pods = [];
    opened = new Map();
    staying.clear();
  });
  afterEach(async () => {
    await Promise.all(pods.map((pod) => pod.leave()));
    await database.drop();
  });

  async function newAccounts(count: number): Promise<void> {
    const [workspaceId, memberId] = [randomUUID(), randomUUID()];
    const sql = (text: string, values: unknown[]) => database.pool.query(text, values);
    await sql(`insert into workspace (id, name) values ($1, 'Shop')`, [workspaceId]);
    await sql(
      `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, 'a@shop.example', 'Amina', 'owner')`,
      [memberId, workspaceId],
    );
    await sql(
      `with new as (
         insert into account (id, workspace_id, owner_member_id, network, state)
         select gen_random_uuid(), $1, $2, 'sandbox', 'connected' from generate_series(1, $3) returning id
       )
       insert into wa_creds (account_id, sealed, format, linked) select id, '', 1, true from new`,
      [workspaceId, memberId, count],
    );
  }

  function join(name = `pod-${randomUUID().slice(0, 4)}`, room?: number, ttlMs?: number): SimulatedPod {
    opened.clear();
    const pod = new SimulatedPod(
      name,
      database.pool,
      (accountId) => opened.set(accountId, (opened.get(accountId) ?? 0) + 1),
      room,
      ttlMs,
    );
    pods.push(pod);
    return pod;
  }

  function remove(pod: SimulatedPod): SimulatedPod {
    opened.clear();
    pods = pods.filter((other) => other !== pod);
    return pod;
  }

  const sizes = () => pods.map(({ size }) => size);

  /** All accounts are held, by the table and by the pods, and nobody has clearly more than others. */
  async function settles(accounts: number): Promise<void> {
    await eventually(async () => {
      const { rows } = await database.pool.query<{ owner: string }>(
        'select owner from session_lease where expires_at > now()',
      );
      expect(rows).toHaveLength(accounts);
      expect(sizes().reduce((sum, size) => sum + size, 0)).toBe(accounts);
      for (const { process, size } of pods)
        expect(rows.filter(({ owner }) => owner === process)).toHaveLength(size);
      const share = Math.ceil(accounts / pods.length);
      const tolerated = share + Math.max(1, Math.floor(share / 10));
      expect(Math.max(...sizes())).toBeLessThanOrEqual(tolerated);
    }, soon);
  }

  /** Nothing moves any more: in many more rounds no session is opened. */
  async function staysAsItIs(): Promise<void> {
    const before = [...opened.values()].reduce((sum, count) => sum + count, 0);
    const beats = async () =>
      (await database.pool.query<{ at: string }>('select max(seen_at)::text as at from session_pod')).rows[0]
        ?.at;
    for (let rounds = 0; rounds < 10; rounds++) {
      const last = await beats();
      await eventually(async () => expect(await beats()).not.toBe(last), soon);
    }
    expect([...opened.values()].reduce((sum, count) => sum + count, 0)).toBe(before);
  }

  const mostMoves = () => Math.max(0, ...opened.values());

  it('take equal parts, and keep them, even those that were given one name by mistake', async () => {
    await newAccounts(60);
    for (const name of ['pod', 'twin', 'twin']) join(name);
    await settles(60);
    // The first one may have taken more before it saw the others.
    expect(mostMoves()).toBeLessThanOrEqual(2);
    await staysAsItIs();
  });

  it('hand over to one that joins, no account more than once, and none that has to stay', async () => {
    await newAccounts(40);
    join();
    await settles(40);
    const { rows } = await database.pool.query<{ id: string }>('select id from account limit 15');
    for (const { id } of rows) staying.add(id);
    join();
    await settles(40);
    expect(mostMoves()).toBe(1);
    expect([...opened.keys()].filter((id) => staying.has(id))).toEqual([]);
    await staysAsItIs();
  });

  it('take over what one gives back that leaves, without waiting for its leases to run out', async () => {
    await newAccounts(40);
    const leaving = [1, 2, 3].map((n) => join(`pod-${n}`, undefined, LONG_TTL_MS))[0]!;
    await settles(40);
    await remove(leaving).leave();
    await settles(40);
    expect(mostMoves()).toBe(1);
  });

  it('take over what one held that dies, when its leases have run out', async () => {
    await newAccounts(40);
    const dying = [join(), join(), join()][0]!;
    await settles(40);
    await remove(dying).die();
    await settles(40);
    expect(mostMoves()).toBe(1);
  });

  it('take over at once what a process held that died, when they are started under its name', async () => {
    await newAccounts(20);
    const dying = join('pod-1', undefined, LONG_TTL_MS);
    await settles(20);
    await remove(dying).die();
    join('pod-1', undefined, LONG_TTL_MS);
    await settles(20);
    expect(mostMoves()).toBe(1);
  });

  it('begin to connect all 500 accounts of a full pod that died in less than 8 seconds', async () => {
    await newAccounts(500);
    const { shareEveryMs, claimAtOnce, connectsPerSecond } = AS_SHIPPED;
    const pace = new ConnectPace(database.pool, connectsPerSecond);
    const turns: Promise<number>[] = [];
    const startedAt = performance.now();
    const survivor = new SimulatedPod(
      'survivor',
      database.pool,
      () => turns.push(pace.take('sandbox').then((inMs) => performance.now() + inMs)),
      500,
      LONG_TTL_MS,
      { shareEveryMs, claimAtOnce, hasteAfterMs: 0 },
    );
    pods.push(survivor);
    await eventually(() => expect(survivor.size).toBe(500), soon);
    // The leases ran out right after a round.
    const latest = Math.max(...(await Promise.all(turns))) - startedAt + shareEveryMs;
    expect(latest).toBeLessThan(8_000);
  });

  it('fill those with room when others are full', async () => {
    await newAccounts(30);
    const small = join('small', 5);
    const large = join('large');
    await eventually(() => expect([small.size, large.size]).toEqual([5, 25]), soon);
    await staysAsItIs();
  });

  it('settle whatever joins, leaves and dies, and then move nothing', async () => {
    await newAccounts(50);
    join();
    await settles(50);
    // Drawn at random, written down to be the same each time.
    for (const change of ['join', 'join', 'die', 'join', 'leave', 'join', 'die'] as const) {
      if (change === 'join') join();
      else {
        const pod = remove(pods[0]!);
        await (change === 'die' ? pod.die() : pod.leave());
      }
      await settles(50);
      expect(mostMoves()).toBeLessThanOrEqual(1);
    }
    await staysAsItIs();
  });
});
