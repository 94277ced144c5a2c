// npm run bench -- accept [--seconds 3] [--rounds 3] [--connections 1,16,64,256]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { loadConfig, startService } from '@waypost/platform';
import { conditions, CpuMeter, createTestDatabase, natsUrl } from '@waypost/testkit';
import { httpOptions, prepareHttp } from '../http.js';
import { IngressConfig } from '../ingress.config.js';
import { IngressModule } from '../ingress.module.js';
import { givenAccount, givenWorkspace } from '../testing/workspace.js';
import { BenchRoutesController } from './bench-routes.controller.js';
import type { LoadJob, LoadResult } from './load-client.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,16,64,256' },
  },
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = values.connections.split(',').map(Number);
const MOST_CONNECTIONS = Math.max(...CONNECTIONS);
const WORKSPACES = 100;
const CHATS_PER_WORKSPACE = 20;
const CREDITS = 1_000_000_000;

const MODES = {
  constant: { path: 'bench/constant', hot: false, what: '(a) constant answer after validation' },
  batched: { path: 'webhooks/inbound', hot: false, what: `the webhook, ${WORKSPACES} workspaces` },
  single: {
    path: 'bench/single',
    hot: false,
    what: `(b) a transaction per request, ${WORKSPACES} workspaces`,
  },
  batchedHot: { path: 'webhooks/inbound', hot: true, what: 'the webhook, one hot workspace' },
  singleHot: { path: 'bench/single', hot: true, what: '(b) a transaction per request, one hot workspace' },
};
type Mode = keyof typeof MODES;

const say = (line: string) => process.stdout.write(`${line}\n`);
const db = await createTestDatabase();
const client = fork(fileURLToPath(new URL('./load-client.js', import.meta.url)));
const app = await startApp();
const port = Number(new URL(await app.getUrl()).port);
try {
  const requests = await prepareRequests();
  for (const line of await conditions(db.pool)) say(line);
  say('clients in another process');
  for (const mode of Object.keys(MODES) as Mode[]) await load(mode, 16, 1);
  for (const connections of CONNECTIONS)
    await compare(connections, connections === MOST_CONNECTIONS ? ROUNDS : 1);

  async function compare(connections: number, rounds: number): Promise<void> {
    const results = Object.fromEntries(Object.keys(MODES).map((mode) => [mode, [] as LoadResult[]]));
    let others = 0;
    for (let round = 0; round < rounds; round++) {
      for (const mode of Object.keys(MODES) as Mode[]) {
        const { result, othersCores, cpuPerRequest } = await load(mode, connections, SECONDS);
        results[mode]!.push(result);
        others += othersCores / rounds / Object.keys(MODES).length;
        if (rounds > 1 && mode === 'batched') say(`  round ${round + 1}: ${cpuPerRequest}`);
      }
    }
    say(
      `${connections} connections, ${rounds} × ${SECONDS} s each in turn (others took ${others.toFixed(2)} cores):`,
    );
    for (const [mode, { what }] of Object.entries(MODES)) {
      const of = (value: (result: LoadResult) => number) => median(results[mode]!.map(value));
      say(
        `  ${what.padEnd(52)} ${of(({ rate }) => rate)
          .toFixed(0)
          .padStart(6)}/s  ` +
          `p50 ${of(({ p50 }) => p50).toFixed(1)} ms  p99 ${of(({ p99 }) => p99).toFixed(1)} ms` +
          (of(({ failures }) => failures) > 0 ? `  FAILURES ${of(({ failures }) => failures)}` : ''),
      );
    }
    const ratio = (one: Mode, other: Mode) =>
      median(results[one]!.map(({ rate }, round) => rate / results[other]![round]!.rate)).toFixed(2);
    say(
      `  ratios: ${ratio('batched', 'constant')} of (a); ${ratio('batched', 'single')} × (b); ` +
        `hot ${ratio('batchedHot', 'singleHot')} × (b)`,
    );
  }

  async function load(mode: Mode, connections: number, seconds: number) {
    const meter = await CpuMeter.start(db.pool);
    const job: LoadJob = { port, requests: requests[mode], connections, seconds };
    client.send(job);
    const [result] = (await once(client, 'message')) as [LoadResult];
    const { own, postgres, machine } = await meter.read();
    const micros = (cores: number) => `${((cores * 1e6) / result.rate).toFixed(0)} µs`;
    return {
      result,
      othersCores: Math.max(0, machine - own - postgres - result.cores),
      cpuPerRequest: `CPU per request of the webhook: Node ${micros(own)}, Postgres ${micros(postgres)}`,
    };
  }
} finally {
  client.disconnect();
  await app.close();
  await db.drop();
}

function startApp() {
  const config = loadConfig(IngressConfig, {
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: db.url,
    NATS_URL: natsUrl(),
  });
  class BenchModule {}
  Module({ imports: [IngressModule.with(config)], controllers: [BenchRoutesController] })(BenchModule);
  return startService(
    {
      name: 'ingress',
      config: IngressConfig,
      module: () => BenchModule,
      http: httpOptions,
      prepare: prepareHttp,
    },
    config,
  );
}

async function prepareRequests(): Promise<Record<Mode, string[]>> {
  const tokens: string[] = [];
  for (let count = 0; count < WORKSPACES; count++) {
    const workspace = await givenWorkspace(db.pool, { credits: CREDITS });
    await givenAccount(db.pool, workspace);
    tokens.push(workspace.token);
  }
  const requestsOf = (path: string, hot: boolean) =>
    Array.from({ length: WORKSPACES * CHATS_PER_WORKSPACE }, (_, number) => {
      const body = JSON.stringify({
        action: 'send',
        phone: `+1415${1_000_000 + Math.floor(number / WORKSPACES)}`,
        text: `Your order ${number} has left our house and will be with you tomorrow before noon.`,
      });
      const token = tokens[hot ? 0 : number % WORKSPACES]!;
      return [
        `POST /${path}/${token} HTTP/1.1`,
        'host: 127.0.0.1',
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n');
    });
  return Object.fromEntries(
    Object.entries(MODES).map(([mode, { path, hot }]) => [mode, requestsOf(path, hot)]),
  ) as Record<Mode, string[]>;
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
