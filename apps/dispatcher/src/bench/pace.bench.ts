// npm run bench -- pace [--accounts 10000] [--seconds 20] [--warmup 10]
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { laneKinds } from '@waypost/contracts';
import { claim, settle } from '@waypost/lanes';
import { conditions, CpuMeter, createTestDatabase, natsUrl, ServiceProcess } from '@waypost/testkit';
import { beginSends, loadDueMessages } from '../sending/due-messages.js';
import { writeMessageOutcomes } from '../sending/message-outcome.js';
import { fillBacklog } from './backlog.js';
import { quantile, scrape, spread } from './measures.js';
import { StandInOwner } from './stand-in-owner.js';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
    warmup: { type: 'string', default: '10' },
  },
});
const ACCOUNTS = Number(values.accounts);
const SECONDS = Number(values.seconds);
const WARM_UP_SECONDS = Number(values.warmup);
const PACE_MIN_MS = 1_500;
const PACE_MAX_MS = 2_500;
const DEMAND = (ACCOUNTS * 2_000) / (PACE_MIN_MS + PACE_MAX_MS);
const PER_ACCOUNT = Math.ceil(((WARM_UP_SECONDS + SECONDS + 6) * 1_000) / PACE_MIN_MS);
const PARTS_BATCH = 128;
const PARTS_MS = 4_000;
const TIMEOUT_MS = 15_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const db = await createTestDatabase();
db.pool.on('error', (error) => say(`connection lost: ${error.message}`));
const owner = new StandInOwner(natsUrl(), ACCOUNTS);
try {
  for (const line of await conditions(db.pool)) say(line);
  const startedAt = performance.now();
  await fillBacklog(db.pool, owner.pod, ACCOUNTS, PER_ACCOUNT);
  say(
    `${ACCOUNTS} accounts with ${PER_ACCOUNT} messages each, made in ${Math.round((performance.now() - startedAt) / 1_000)} s`,
  );
  await owner.start();
  await paced();
  await parts();
} finally {
  await owner.stop();
  await db.drop();
}

/** One dispatcher process, as it is started in production, and an owner that acknowledges at once. */
async function paced(): Promise<void> {
  const dispatcher = await ServiceProcess.start('dispatcher', {
    DATABASE_URL: db.url,
    NATS_URL: natsUrl(),
    SEND_PACE_MIN_MS: String(PACE_MIN_MS),
    SEND_PACE_MAX_MS: String(PACE_MAX_MS),
    SEND_TIMEOUT_MS: String(TIMEOUT_MS),
  });
  try {
    await wait(WARM_UP_SECONDS * 1_000);
    const before = await scrape(dispatcher.url);
    const meter = await CpuMeter.start(db.pool);
    const startedAt = performance.now();
    owner.measure();
    await wait(SECONDS * 1_000);
    const { sends, repeats, violations, gaps } = owner;
    const seconds = (performance.now() - startedAt) / 1_000;
    const after = await scrape(dispatcher.url);
    const { own, postgres, machine } = await meter.read();
    const cpuOf = (metrics: typeof after) => metrics.get('process_cpu_seconds_total') ?? 0;
    const dispatcherCores = (cpuOf(after) - cpuOf(before)) / seconds;
    const late = (share: number) => quantile(before, after, 'waypost_send_lane_lateness_seconds', share);

    const rate = sends / seconds;
    say(`one dispatcher, pace 2 s ± 25 %, measured ${SECONDS} s after ${WARM_UP_SECONDS} s of warm-up:`);
    say(`  ${Math.round(rate)} sends/s = ${(rate / DEMAND).toFixed(3)} of the demand of ${DEMAND}/s`);
    say(`  gap between two sends of an account: ${spread(gaps)}`);
    say(`  lateness: p50 ${late(0.5)}, p99 ${late(0.99)}`);
    say(`  order violations: ${violations}; sent again: ${repeats}`);
    say(
      `  CPU: dispatcher ${dispatcherCores.toFixed(2)}, Postgres ${postgres.toFixed(2)}, bench and stand-in ${own.toFixed(2)}, ` +
        `whole machine ${machine.toFixed(2)} cores`,
    );
  } finally {
    await dispatcher.kill('SIGTERM');
  }
}

/** The dispatcher's statements one after the other on one connection, without NATS: what each costs per message. */
async function parts(): Promise<void> {
  const took = {
    claim: 0,
    load: 0,
    begin: 0,
    'settle of the lanes': 0,
    'outcome of the messages': 0,
    commit: 0,
  };
  const timed = async <T>(part: keyof typeof took, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work;
    took[part] += performance.now() - startedAt;
    return result;
  };
  const client = await db.pool.connect();
  const startedAt = performance.now();
  let messages = 0;
  while (performance.now() < startedAt + PARTS_MS) {
    const { claims } = await timed('claim', claim(client, laneKinds.send, PARTS_BATCH, 30_000));
    if (claims.length === 0) break;
    const refs = claims.map(({ ref }) => ref);
    await timed('load', loadDueMessages(db.pool, refs, TIMEOUT_MS));
    const begun = await timed('begin', beginSends(db.pool, claims, TIMEOUT_MS, TIMEOUT_MS));
    const outcomes = [...begun].map((messageId) => ({ kind: 'sent' as const, messageId }));
    await client.query('begin');
    await timed(
      'settle of the lanes',
      settle(
        client,
        claims.map((one) => ({ claim: one, outcome: { result: 'done' as const, paceMs: 0 } })),
      ),
    );
    await timed('outcome of the messages', writeMessageOutcomes(client, outcomes));
    await timed('commit', client.query('commit'));
    messages += begun.size;
  }
  client.release();
  if (messages === 0) {
    say('statements: nothing was due any more');
    return;
  }
  const cost = Object.entries(took).map(([part, ms]) => `${part} ${Math.round((ms * 1_000) / messages)} µs`);
  say(`statements per message, ${PARTS_BATCH} at a time, alone: ${cost.join(', ')}`);
}
