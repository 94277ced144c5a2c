import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import fc from 'fast-check';
import pg from 'pg';
import { enqueue, LaneWorker, setOpen, type Claim, type Outcome } from './index.js';

const LEASE_MS = 500;
const PACE_MS = 30;
const WORK_MS = 20;
const WORKERS = 3;
/** Work that cannot end this long before its lease counts as never ended, as work with a deadline would. */
const MARGIN_MS = 2 * PACE_MS;

interface Town {
  lanes: number;
  items: number;
  /** Of 100 works, those that fail, are to be tried again, or never end. */
  failing: number;
  retrying: number;
  hanging: number;
  crashes: number;
}

/** One piece of work, by the database's clock. */
interface Stint {
  lane: string;
  ref: string;
  token: string;
  startedAt: number;
  leaseOverAt: number;
  /** null: it never ended, or nobody heard of it. */
  endedAt: number | null;
}

const towns: fc.Arbitrary<Town> = fc.record({
  lanes: fc.integer({ min: 8, max: 16 }),
  items: fc.integer({ min: 40, max: 80 }),
  failing: fc.nat(10),
  retrying: fc.nat(10),
  hanging: fc.nat(4),
  crashes: fc.integer({ min: 1, max: 4 }),
});

describe('LaneWorkers that fail, hang and crash', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await db.pool.query(`
      create table appended (place bigint generated always as identity, kind text, lane text, ref uuid);
      create table finished (place bigint generated always as identity, kind text, lane text, ref uuid unique);
      create table stint (
        kind text, lane text, ref uuid, token bigint,
        started_at timestamptz default clock_timestamp(), lease_over_at timestamptz, ended_at timestamptz
      );
    `);
  });
  afterAll(() => db.drop());

  it('finish every item once and in order, one worker per lane, and never break the pace', async () => {
    await fc.assert(
      fc.asyncProperty(towns, async (town) => {
        const kind = randomUUID();
        const crew = new Crew(db, kind, town);
        try {
          await crew.start();
          await Promise.all([...[0, 1, 2].map((place) => append(kind, town, place)), crew.crashNowAndThen()]);
          await eventually(async () => (await rows('finished', kind)).length === 3 * town.items, {
            withinMs: 20_000,
          });
        } finally {
          await crew.stop();
        }

        expect(byLane(await rows('finished', kind))).toEqual(byLane(await rows('appended', kind)));
        checkStints(await stints(kind));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 60_000);

  /** Appends in transactions of a few items, and closes and opens lanes between them. */
  async function append(kind: string, town: Town, place: number): Promise<void> {
    for (let appended = 0; appended < town.items;) {
      const items = Array.from({ length: Math.min(4, town.items - appended) }, (_, i) => ({
        key: String((appended * 7 + i * (place + 1)) % town.lanes),
        ref: randomUUID(),
      }));
      appended += items.length;
      const tx = await db.pool.connect();
      await tx.query('begin');
      await enqueue(tx, kind, items);
      // The lanes are locked, so these numbers are in the order of the commits.
      await tx.query(
        'insert into appended (kind, lane, ref) select $1, * from unnest($2::text[], $3::uuid[])',
        [kind, items.map(({ key }) => key), items.map(({ ref }) => ref)],
      );
      await tx.query('commit');
      tx.release();
      if (place === 0)
        await setOpen(db.pool, kind, [items[0]!.key], appended % 8 !== 0 || appended >= town.items);
    }
    if (place === 0) {
      await setOpen(
        db.pool,
        kind,
        Array.from({ length: town.lanes }, (_, i) => String(i)),
        true,
      );
    }
  }

  async function rows(
    table: 'appended' | 'finished',
    kind: string,
  ): Promise<{ lane: string; ref: string }[]> {
    return (await db.pool.query(`select lane, ref from ${table} where kind = $1 order by place`, [kind]))
      .rows;
  }

  async function stints(kind: string): Promise<Stint[]> {
    const { rows } = await db.pool.query(
      `select lane, ref, token, extract(epoch from started_at)::float8 * 1000 as "startedAt",
         extract(epoch from lease_over_at)::float8 * 1000 as "leaseOverAt", extract(epoch from ended_at)::float8 * 1000 as "endedAt"
       from stint where kind = $1 order by started_at`,
      [kind],
    );
    return rows;
  }
});

function byLane(rows: { lane: string; ref: string }[]): Map<string, string[]> {
  return Map.groupBy(rows, ({ lane }) => lane) as never as Map<string, string[]>;
}

/** The next stint of a lane starts a pace after the end of the one before, or after its lease when nobody heard the end. */
function checkStints(stints: Stint[]): void {
  for (const [, ofLane] of Map.groupBy(stints, ({ lane }) => lane)) {
    ofLane.slice(1).forEach((stint, i) => {
      const before = ofLane[i]!;
      expect(stint.token).not.toBe(before.token);
      expect(stint.startedAt).toBeGreaterThanOrEqual(
        before.endedAt === null ? before.leaseOverAt : before.endedAt + PACE_MS,
      );
    });
  }
}

/** Workers with connections of their own, some of which crash: they lose their connections and are never heard of again. */
class Crew {
  private members: { worker: LaneWorker<Claim>; pool: pg.Pool }[] = [];
  private crashed: Promise<void>[] = [];

  constructor(
    private readonly db: TestDatabase,
    private readonly kind: string,
    private readonly town: Town,
  ) {}

  async start(): Promise<void> {
    while (this.members.length < WORKERS) this.members.push(this.hire());
  }

  async crashNowAndThen(): Promise<void> {
    for (let crash = 0; crash < this.town.crashes; crash++) {
      await eventually(async () => {
        const { rows } = await this.db.pool.query(
          'select count(*)::int as count from finished where kind = $1',
          [this.kind],
        );
        expect(rows[0].count).toBeGreaterThan((crash * this.town.items) / 4);
      });
      const victim = this.members.shift()!;
      // Without its connections it can neither settle nor claim.
      const gone = victim.pool.end();
      this.crashed.push(victim.worker.stop(0).then(() => gone));
      await this.start();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ worker }) => worker.stop()));
    await Promise.all([...this.crashed, ...this.members.map(({ pool }) => pool.end())]);
  }

  private hire(): { worker: LaneWorker<Claim>; pool: pg.Pool } {
    const pool = new pg.Pool({ connectionString: this.db.url, max: 3 });
    pool.on('error', () => undefined);
    const worker = new LaneWorker<Claim>({
      pool,
      kind: this.kind,
      batch: 5,
      leaseMs: LEASE_MS,
      sweepMs: 50,
      retryScheduleMs: [2 * PACE_MS],
      work: (claims) => claims.map((claim) => this.work(claim)),
      transaction: {
        apply: async (tx, settled) => {
          const finished = settled.filter(({ outcome }) => outcome.result === 'done');
          await tx.query(
            'insert into finished (kind, lane, ref) select $1, * from unnest($2::text[], $3::uuid[])',
            [this.kind, finished.map(({ claim }) => claim.key), finished.map(({ claim }) => claim.ref)],
          );
        },
      },
    });
    worker.start();
    return { worker, pool };
  }

  /** Recorded by connections of the test, so that a crash does not hide it. */
  private async work(claim: Claim): Promise<Outcome<Claim>> {
    const started = await this.db.pool.query(
      `insert into stint (kind, lane, ref, token, lease_over_at)
       select kind, key, $2, $3, next_at from lane where id = $1 and lease_token = $3 and ${inTime('next_at')}`,
      [claim.laneId, claim.ref, claim.token],
    );
    if (started.rowCount === 0) return never;
    await wait(Math.random() * WORK_MS);
    let dice = Math.random() * 100;
    if ((dice -= this.town.hanging) < 0) return never;
    const ended = await this.db.pool.query(
      `update stint set ended_at = clock_timestamp() where token = $1 and ref = $2 and ${inTime('lease_over_at')}`,
      [claim.token, claim.ref],
    );
    if (ended.rowCount === 0) return never;
    if ((dice -= this.town.failing) < 0) throw new Error('failed');
    if ((dice -= this.town.retrying) < 0) return { result: 'retry', afterMs: 0, paceMs: PACE_MS };
    return { result: 'done', paceMs: PACE_MS };
  }
}

const never = new Promise<never>(() => undefined);

function inTime(leaseOver: string): string {
  return `${leaseOver} - clock_timestamp() > ${MARGIN_MS} * interval '1 millisecond'`;
}
