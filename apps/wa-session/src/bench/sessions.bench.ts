// npm run bench -- sessions [--sizes 50,200,500] [--seconds 8] [--idle 10] [--inbound 2000] [--reconnects 200]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Messenger } from '@waypost/messaging';
import { conditions, createTestDatabase, eventually, natsUrl, ServiceProcess } from '@waypost/testkit';
import { BareFleet } from './bare-fleet.js';
import { loadStates } from './bare-state.js';
import { measure, type BenchAccount, type FleetFigures } from './fleet.js';
import { usageOf } from './process-usage.js';
import { SandboxTraffic } from './sandbox-traffic.js';
import { emptyServiceMb, importAccounts, WaypostFleet } from './waypost-fleet.js';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '50,200,500' },
    seconds: { type: 'string', default: '8' },
    idle: { type: 'string', default: '10' },
    inbound: { type: 'string', default: '2000' },
    reconnects: { type: 'string', default: '200' },
  },
});
const SIZES = values.sizes
  .split(',')
  .map(Number)
  .sort((a, b) => a - b);
const OPTIONS = {
  sendMs: Number(values.seconds) * 1_000,
  idleMs: Number(values.idle) * 1_000,
  inbound: Number(values.inbound),
};
const RECONNECTS = Number(values.reconnects);
const RECONNECT_MS = 20_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const accounts: BenchAccount[] = Array.from({ length: SIZES.at(-1)! }, (_, index) => ({
  phone: `+49151${String(index).padStart(7, '0')}`,
  contact: `+49152${String(index).padStart(7, '0')}`,
}));

const folder = await mkdtemp(join(tmpdir(), 'waypost-bench-'));
const states = join(folder, 'accounts.jsonl');
const db = await createTestDatabase();
const messenger = new Messenger(natsUrl(), 'bench');
const sandbox = await ServiceProcess.start('sandbox', {});
const webSocketUrl = `${sandbox.url.replace('http', 'ws')}/ws/chat`;
const traffic = new SandboxTraffic(sandbox.url);
const bare = new Map<number, FleetFigures>();
try {
  for (const line of await conditions(db.pool)) say(line);
  await measureBare();
  await measureWaypost();
} finally {
  await sandbox.kill('SIGTERM');
  await messenger.close();
  await db.drop();
  await rm(folder, { recursive: true, force: true });
}

async function measureBare(): Promise<void> {
  let linked = 0;
  for (const size of SIZES) {
    const startedAt = performance.now();
    await BareFleet.link(states, sandbox.url, webSocketUrl, accounts.slice(linked, size));
    say(`${size - linked} accounts linked in ${seconds(performance.now() - startedAt)} s`);
    linked = size;
    const fleet = await BareFleet.start(states, webSocketUrl, size);
    bare.set(size, await measure(fleet, accounts.slice(0, size), traffic, OPTIONS));
    await fleet.stop();
    say(`bare Baileys, keys in memory, ${size} accounts:`);
    tell(bare.get(size)!);
  }
}

async function measureWaypost(): Promise<void> {
  const network = { database: db, messenger, natsUrl: natsUrl(), webSocketUrl };
  const emptyMb = await emptyServiceMb(network);
  const all = await loadStates(states);
  const contacts = new Map<string, string>();
  for (const size of SIZES) {
    const wanted = new Set(accounts.slice(contacts.size, size).map(({ phone }) => phone));
    const added = await importAccounts(
      db,
      all.filter(({ phone }) => wanted.has(phone)),
    );
    for (const [accountId, contact] of added) contacts.set(accountId, contact);
    const fleet = await WaypostFleet.start(network, contacts, emptyMb);
    const figures = await measure(fleet, accounts.slice(0, size), traffic, OPTIONS);
    say(`wa-session, ${size} accounts:`);
    tell(figures, bare.get(size));
    if (size === SIZES[0]) await reconnects(fleet, size);
    await fleet.stop();
  }
}

function tell(figures: FleetFigures, beside?: FleetFigures): void {
  const of = (own: number, other: number | undefined) =>
    other === undefined ? '' : ` (${Math.round((100 * own) / other)} % of bare)`;
  say(`  all connected ${seconds(figures.connectMs)} s after the start of the process`);
  say(
    `  memory ${Math.round(figures.residentMb)} MB resident, ${figures.sessionMb.toFixed(2)} MB per session${of(figures.sessionMb, beside?.sessionMb)}`,
  );
  say(`  idle: ${(figures.idleCpuShare * 100).toFixed(1)} % of a core`);
  say(
    `  sends ${Math.round(figures.sendsPerSecond)}/s${of(figures.sendsPerSecond, beside?.sendsPerSecond)}, ${figures.cpuMsPerSend.toFixed(2)} ms of CPU each`,
  );
  say(
    `  inbound ${Math.round(figures.inboundPerSecond)}/s${of(figures.inboundPerSecond, beside?.inboundPerSecond)}, ${figures.cpuMsPerInbound.toFixed(2)} ms of CPU each`,
  );
}

/** Every connection is cut again and again: what is left of each must go. */
async function reconnects(fleet: WaypostFleet, size: number): Promise<void> {
  const heapMb = async () =>
    Number(/^nodejs_heap_size_used_bytes(?:\{.*\})? (\S+)/m.exec(await fleet.metrics())?.[1]) / 1024 / 1024;
  const rounds = Math.ceil(RECONNECTS / size);
  const resident = [(await usageOf(fleet.pid)).residentMb];
  const heap = [await heapMb()];
  for (let round = 0; round < rounds; round++) {
    const { rows } = await db.pool.query<{ now: Date }>('select now()');
    await traffic.disconnectAll();
    await eventually(
      async () => {
        const waiting = await db.pool.query(
          `select 1 from account where state <> 'connected' or connected_at < $1 limit 1`,
          [rows[0]!.now],
        );
        return waiting.rows.length === 0;
      },
      { withinMs: RECONNECT_MS, everyMs: 100 },
    );
    await wait(500);
    resident.push((await usageOf(fleet.pid)).residentMb);
    heap.push(await heapMb());
  }
  say(
    `  ${rounds * size} reconnects: resident ${resident.map(Math.round).join(' → ')} MB, heap ${heap.map(Math.round).join(' → ')} MB`,
  );
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
