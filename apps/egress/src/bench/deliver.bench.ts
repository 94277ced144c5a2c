// npm run bench -- deliver [--rate 1000] [--seconds 15]
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { subjects } from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { conditions, createTestDatabase, natsUrl } from '@waypost/testkit';
import { Agent, request } from 'undici';
import { Child } from './child.js';
import type { Receipts } from './receiver-process.js';
import { Tenants } from './tenants.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '15' },
    tenants: { type: 'string', default: '40' },
  },
});
const RATE = Number(values.rate);
const SECONDS = Number(values.seconds);
const TENANTS = Number(values.tenants);
const LIMIT_SECONDS = 4;
const LIMIT_CONNECTIONS = 64;
const BACKLOG = 10_000;
/** Events are written as a session pod does it: what a few milliseconds brought, in one commit. */
const COMMIT_MS = 10;
/** Healthy and hanging runs are far from the limit, so that only what hangs makes a difference. */
const COMPARED_RATE = RATE / 2.5;
const COMPARED_SECONDS = 8;
const PAIRS = 2;
const ENCRYPTION_KEYS = `1:${Buffer.alloc(32, 7).toString('base64')}`;

interface Service {
  statements: number;
  cpuSeconds: number;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const ms = (value: number | undefined) => (value === undefined ? 'none' : `${value.toFixed(0)} ms`);
const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

const db = await createTestDatabase();
const messenger = new Messenger(natsUrl(), 'bench');
const receiver = Child.start('./receiver-process.js');
let egress: Child | undefined;
try {
  const { port } = await receiver.hear<{ port: number }>();
  const url = `http://127.0.0.1:${port}`;
  for (const line of await conditions(db.pool)) say(line);
  say(`one egress, one receiver, one generator; ${TENANTS} endpoints with 10 chats each`);
  const limit = await bareLoop(`${url}/bare`);
  const tenants = await Tenants.create(db.pool, TENANTS, `${url}/hook`, ENCRYPTION_KEYS);
  egress = startService();
  await run(tenants, RATE / 2, 4);
  await sustained(tenants, limit);
  await drained(tenants, limit);
  await besideHanging(tenants, url);
} finally {
  await egress?.stop();
  await receiver.stop();
  await messenger.close();
  await db.drop();
}

function startService(): Child {
  return Child.start('./egress-process.js', {
    DATABASE_URL: db.url,
    NATS_URL: natsUrl(),
    CONSOLE_PUBLIC_URL: 'https://console.example',
    ENCRYPTION_KEYS,
    OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    PORT: '0',
    POD_NAME: 'bench',
    LOG_LEVEL: 'warn',
  });
}

/** What posting alone can do here: undici against the same receiver, a payload of the same size. @returns requests per second */
async function bareLoop(url: string): Promise<number> {
  const agent = new Agent({ connections: LIMIT_CONNECTIONS });
  const body = JSON.stringify({ padding: 'x'.repeat(800) });
  const startedAt = performance.now();
  const latencies: number[] = [];
  await Promise.all(
    Array.from({ length: LIMIT_CONNECTIONS }, async () => {
      while (performance.now() < startedAt + LIMIT_SECONDS * 1_000) {
        const begun = performance.now();
        const response = await request(url, { dispatcher: agent, method: 'POST', body });
        await response.body.dump();
        latencies.push(performance.now() - begun);
      }
    }),
  );
  await agent.close();
  const rate = Math.round(latencies.length / ((performance.now() - startedAt) / 1_000));
  latencies.sort((a, b) => a - b);
  say(
    `limit: undici alone, ${LIMIT_CONNECTIONS} connections: ${rate} requests/s, p50 ${ms(at(latencies, 0.5))}, p99 ${ms(at(latencies, 0.99))}`,
  );
  return rate;
}

/** Events at a steady rate; waits until all are delivered or a quarter of the time more has passed. */
async function run(tenants: Tenants, rate: number, seconds: number): Promise<Receipts> {
  await receiver.ask();
  const startedAt = performance.now();
  let made = 0;
  while (performance.now() < startedAt + seconds * 1_000) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * rate) - made;
    if (due > 0) {
      await tenants.happen(due);
      made += due;
      messenger.hint(subjects.eventsWaiting);
    }
    await wait(COMMIT_MS);
  }
  await wait(500);
  return receiver.ask<Receipts>();
}

async function sustained(tenants: Tenants, limit: number): Promise<void> {
  const before = await egress!.ask<Service>();
  const receipts = await run(tenants, RATE, SECONDS);
  const after = await egress!.ask<Service>();
  const left = await tenants.waiting();
  const rate = receipts.count / (SECONDS + 0.5);
  const cpu = ((after.cpuSeconds - before.cpuSeconds) / (SECONDS + 0.5)).toFixed(2);
  say(`${RATE} events/s for ${SECONDS} s:`);
  say(`  ${rate.toFixed(0)} deliveries/s = ${(rate / limit).toFixed(2)} of the limit; ${left} left over`);
  say(`  event to receipt: p50 ${ms(at(receipts.latencies, 0.5))}, p99 ${ms(at(receipts.latencies, 0.99))}`);
  say(`  ${((after.statements - before.statements) / receipts.count).toFixed(2)} SQL statements per event`);
  say(`  order violations: ${receipts.violations}; CPU of egress: ${cpu} cores`);
  await untilDelivered(tenants);
}

async function drained(tenants: Tenants, limit: number): Promise<void> {
  await receiver.ask();
  for (let made = 0; made < BACKLOG; made += 1_000) await tenants.happen(1_000);
  const startedAt = performance.now();
  const before = await egress!.ask<Service>();
  messenger.hint(subjects.eventsWaiting);
  await untilDelivered(tenants);
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = await egress!.ask<Service>();
  const { count } = await receiver.ask<Receipts>();
  const rate = count / seconds;
  const perEvent = (after.statements - before.statements) / count;
  say(
    `a backlog of ${count} events: ${rate.toFixed(0)} deliveries/s = ${(rate / limit).toFixed(2)} of the limit, ${perEvent.toFixed(2)} SQL statements per event`,
  );
}

async function besideHanging(tenants: Tenants, url: string): Promise<void> {
  const hanging = tenants.list.slice(0, Math.ceil(TENANTS / 10));
  const ratios: number[] = [];
  for (let pair = 1; pair <= PAIRS; pair++) {
    const clean = await run(tenants, COMPARED_RATE, COMPARED_SECONDS);
    await tenants.setUrl(hanging, `${url}/hang`);
    const beside = await run(tenants, COMPARED_RATE, COMPARED_SECONDS);
    await tenants.setUrl(hanging, `${url}/hook`);
    const [p99, besideP99] = [at(clean.latencies, 0.99)!, at(beside.latencies, 0.99)!];
    ratios.push(besideP99 / p99);
    say(
      `${COMPARED_RATE} events/s, pair ${pair}: p99 ${ms(p99)} clean, ${ms(besideP99)} of the others while ${hanging.length} of ${TENANTS} endpoints hang (${beside.hanging} requests): ${(besideP99 / p99).toFixed(2)} ×`,
    );
  }
  say(
    `healthy beside hanging: ${(ratios.reduce((sum, ratio) => sum + ratio, 0) / PAIRS).toFixed(2)} × on average`,
  );
}

async function untilDelivered(tenants: Tenants): Promise<void> {
  const deadline = performance.now() + 30_000;
  while ((await tenants.waiting()) > 0 && performance.now() < deadline) await wait(50);
}
