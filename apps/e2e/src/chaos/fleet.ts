import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, LocalNats, LocalPostgres } from '@waypost/local-servers';
import { migrate } from '@waypost/persistence';
import { ServiceProcess, WebhookReceiver } from '@waypost/testkit';
import { watchFence, urlOfPod } from './fence-watch.js';
import { ObservedDatabase } from './observed-database.js';

export const PODS = ['wa-a', 'wa-b'] as const;
export type Pod = (typeof PODS)[number];
export type Service = 'ingress' | 'dispatcher' | 'egress' | 'console';

const CACHE_DIR = fileURLToPath(new URL('../../../../.cache', import.meta.url));
const DATABASE = 'waypost';
const LOOPBACK = '127.0.0.0/8';

export interface FleetOptions {
  leaseTtlMs: number;
  /** The pause between two sends of one account. */
  paceMs: { least: number; most: number };
  /** Gives the start up. */
  signal?: AbortSignal;
}

type Ending = () => Promise<unknown>;

/**
 * The whole product in processes of its own, with two pods of wa-session, on a Postgres and a NATS of its own that can be stopped, over a
 * sandbox that never fails.
 */
export class Fleet {
  private constructor(
    readonly databaseUrl: string,
    readonly postgres: LocalPostgres,
    readonly nats: LocalNats,
    readonly database: ObservedDatabase,
    readonly sandbox: ServiceProcess,
    readonly receiver: WebhookReceiver,
    private readonly processes: Map<string, ServiceProcess>,
    private readonly endings: Ending[],
  ) {}

  /** @throws what went wrong, or why it was given up; nothing runs any more then */
  static async start(options: FleetOptions): Promise<Fleet> {
    const endings: Ending[] = [];
    try {
      return await Fleet.startAll(options, endings);
    } catch (error) {
      await endAll(endings);
      throw error;
    }
  }

  /** @param endings gets what ends each thing that was started, before it is */
  private static async startAll(options: FleetOptions, endings: Ending[]): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), 'waypost-chaos-'));
    endings.push(() => rm(folder, { recursive: true, force: true }));
    // The account that Postgres runs under as root must be able to enter it.
    await chmod(folder, 0o755);
    // Durable: what is committed must survive that Postgres is killed.
    const postgres = new LocalPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() });
    const nats = new LocalNats({ cacheDir: CACHE_DIR, port: await freePort() });
    endings.push(() => Promise.all([nats.stop(), postgres.stop()]));
    await Promise.all([postgres.start(), nats.start()]);
    await postgres.createDatabase(DATABASE);
    const databaseUrl = postgres.url(DATABASE);
    await migrate(databaseUrl);
    const database = new ObservedDatabase(databaseUrl);
    endings.push(() => database.close());
    await watchFence(database);
    const receiver = await new WebhookReceiver().start();
    endings.push(() => receiver.stop());
    options.signal?.throwIfAborted();
    const sandbox = await ServiceProcess.start('sandbox', { LOG_LEVEL: 'error' });
    endings.push(() => sandbox.kill('SIGTERM'));
    const processes = new Map<string, ServiceProcess>();
    endings.push(() => stopAll(processes));
    const shared = {
      LOG_LEVEL: 'error',
      NATS_URL: nats.url,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
      CONSOLE_PUBLIC_URL: 'http://127.0.0.1:3000',
      OUTBOUND_ALLOWED_NETWORKS: LOOPBACK,
      OUTBOUND_BACKOFF_MS: '500',
      SEND_PACE_MIN_MS: String(options.paceMs.least),
      SEND_PACE_MAX_MS: String(options.paceMs.most),
      SANDBOX_WS_URL: `${sandbox.url.replace('http', 'ws')}/ws/chat`,
      LEASE_TTL_MS: String(options.leaseTtlMs),
    };
    const start = async (app: string, name: string, env: Record<string, string>) => {
      processes.set(name, await ServiceProcess.start(app, { ...shared, POD_NAME: name, ...env }));
    };
    await start('ingress', 'ingress', {});
    options.signal?.throwIfAborted();
    const ingress = { INGRESS_PUBLIC_URL: processes.get('ingress')!.url };
    await Promise.all([
      ...(['dispatcher', 'egress', 'console'] as const).map((app) => start(app, app, ingress)),
      ...PODS.map((pod) => start('wa-session', pod, { DATABASE_URL: urlOfPod(databaseUrl, pod) })),
    ]);
    return new Fleet(databaseUrl, postgres, nats, database, sandbox, receiver, processes, endings);
  }

  process(name: Pod | Service): ServiceProcess {
    return this.processes.get(name)!;
  }

  /** Starts again what ended although nobody ended it. @returns one sentence for each */
  async mend(): Promise<string[]> {
    const crashes: string[] = [];
    for (const [name, process] of this.processes) {
      if (!process.crashed) continue;
      crashes.push(`${name} ended by itself; its last words: ${process.lastWords.slice(-1_500)}`);
      await process.start();
    }
    return crashes;
  }

  stop(): Promise<void> {
    return endAll(this.endings);
  }
}

async function stopAll(processes: Map<string, ServiceProcess>): Promise<void> {
  for (const process of processes.values()) process.signal('SIGCONT');
  await Promise.all([...processes.values()].map((process) => process.kill('SIGTERM')));
}

/** The last one first. */
async function endAll(endings: Ending[]): Promise<void> {
  for (let end = endings.pop(); end; end = endings.pop()) await end();
}
