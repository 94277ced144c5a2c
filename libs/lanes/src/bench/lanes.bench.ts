// npm run bench -- lanes [--lanes 10000] [--seconds 20]
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { conditions, CpuMeter, createTestDatabase, type CpuCores } from '@waypost/testkit';
import { claim, enqueue, LaneWorker, settle, type Claim, type Outcome } from '../index.js';
import { laneOf, Recorder, refOf } from './recorder.js';

const { values } = parseArgs({
  options: {
    lanes: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
    warmup: { type: 'string', default: '10' },
  },
});
const LANES = Number(values.lanes);
const SECONDS = Number(values.seconds);
const WARM_UP_SECONDS = Number(values.warmup);
const PACE_MIN_MS = 1_500;
const PACE_MAX_MS = 2_500;
const DEMAND = (LANES * 2_000) / (PACE_MIN_MS + PACE_MAX_MS);
const PAIRS = 3;
const PAIR_SECONDS = 4;
const FREE_PER_LANE = 30;
const ENQUEUE_BATCH = 2_000;
const BARE_BATCH = 128;

const say = (line: string) => process.stdout.write(`${line}\n`);
const perSecond = (count: number, ms: number) => Math.round((count * 1_000) / ms);

/** Items per lane, by kind. */
const filled = new Map<string, number>();
const db = await createTestDatabase();
db.pool.on('error', (error) => say(`connection lost: ${error.message}`));
try {
  for (const line of await conditions(db.pool)) say(line);
  await pacedLanes();
  await laneAfterLane();
} finally {
  await db.drop();
}

/** Every lane busy all the time, each at its pace, through the real worker. */
async function pacedLanes(): Promise<void> {
  const perLane = Math.ceil(((WARM_UP_SECONDS + SECONDS + 4) * 1_000) / PACE_MIN_MS);
  await fill('paced', perLane);
  const recorder = new Recorder(LANES);
  const worker = startWorker(
    'paced',
    recorder,
    () => PACE_MIN_MS + Math.random() * (PACE_MAX_MS - PACE_MIN_MS),
  );
  await wait(WARM_UP_SECONDS * 1_000);
  const cpu = await CpuMeter.start(db.pool);
  recorder.measure();
  await wait(SECONDS * 1_000);
  const taken = recorder.take();
  const load = told(await cpu.read());
  await worker.stop();

  const rate = perSecond(taken.items, taken.ms);
  say(`${LANES} lanes at 2 s ± 25 %, measured ${SECONDS} s after ${WARM_UP_SECONDS} s of warm-up:`);
  say(`  ${rate} items/s = ${(rate / DEMAND).toFixed(3)} of the demand of ${DEMAND}/s`);
  say(`  gap between ends in a lane: ${taken.gaps}`);
  say(`  lateness: ${taken.lateness}`);
  say(`  order violations: ${taken.violations}; lost: ${taken.lost}`);
  say(`  ${load}`);
}

/** The worker at pace 0 and a bare loop of the same two statements, in turn on the same tables. */
async function laneAfterLane(): Promise<void> {
  const ratios: number[] = [];
  for (let pair = 1; pair <= PAIRS; pair++) {
    await fill('free', FREE_PER_LANE);
    const recorder = new Recorder(LANES);
    const cpu = await CpuMeter.start(db.pool);
    const worker = startWorker('free', recorder, () => 0);
    recorder.measure();
    await wait(PAIR_SECONDS * 1_000);
    const taken = recorder.take();
    await worker.stop();
    const load = told(await cpu.read());
    const rate = perSecond(taken.items, taken.ms);
    const bare = await bareLoop();
    ratios.push(rate / bare);
    say(
      `pace 0, pair ${pair}: worker ${rate} items/s, bare loop ${bare} items/s, ratio ${(rate / bare).toFixed(2)}`,
    );
    say(`  order violations: ${taken.violations}; ${load}`);
  }
  say(`pace 0: median ratio ${ratios.sort((a, b) => a - b)[Math.floor(PAIRS / 2)]!.toFixed(2)}`);
}

/** Claims and settles one after the other on one connection: what the statements alone can do without overlap. */
async function bareLoop(): Promise<number> {
  const client = await db.pool.connect();
  const startedAt = performance.now();
  let items = 0;
  while (performance.now() < startedAt + PAIR_SECONDS * 1_000) {
    const { claims } = await claim(client, 'free', BARE_BATCH, 30_000);
    const settled = await settle(
      client,
      claims.map((claim) => ({ claim, outcome: { result: 'done' as const, paceMs: 0 } })),
    );
    items += settled.length;
  }
  client.release();
  return perSecond(items, performance.now() - startedAt);
}

async function fill(kind: string, perLane: number): Promise<void> {
  const startedAt = performance.now();
  const firstTurn = filled.get(kind) ?? 0;
  filled.set(kind, firstTurn + perLane);
  for (let turn = firstTurn; turn < firstTurn + perLane; turn++) {
    for (let first = 0; first < LANES; first += ENQUEUE_BATCH) {
      const lanes = Array.from({ length: Math.min(ENQUEUE_BATCH, LANES - first) }, (_, i) => first + i);
      await enqueue(
        db.pool,
        kind,
        lanes.map((lane) => ({ key: `account ${lane}`, ref: refOf(lane, turn) })),
      );
    }
  }
  const rate = perSecond(LANES * perLane, performance.now() - startedAt);
  say(`enqueued ${LANES * perLane} items at ${rate} items/s in calls of ${ENQUEUE_BATCH}`);
}

function startWorker(kind: string, recorder: Recorder, paceMs: () => number): LaneWorker {
  const worker = new LaneWorker({
    pool: db.pool,
    kind,
    work: (claims) => claims.map((claim) => end(claim)),
    hooks: {
      onLost: () => recorder.lost++,
      onSettleError: (error) => say(`settle failed: ${String(error)}`),
    },
  });
  const end = async (claim: Claim): Promise<Outcome> => {
    recorder.ended(laneOf(claim.ref), claim);
    return { result: 'done', paceMs: paceMs() };
  };
  worker.start();
  return worker;
}

function told({ own, postgres, machine }: CpuCores): string {
  const others = machine - own - postgres;
  return `CPU: worker ${own.toFixed(2)}, Postgres ${postgres.toFixed(2)}, others ${others.toFixed(2)} cores`;
}
