import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalNats, LocalPostgres } from '@waypost/local-servers';
import { testEnvironment } from './test-environment.js';

export interface TestServersOptions {
  /** Where a downloaded nats-server is kept. */
  cacheDir: string;
  /** true makes embedded and containerized Postgres write through to disk, as benchmarks need. Default false. */
  durable?: boolean;
  /** Takes one line that says which servers are used. */
  log?: (line: string) => void;
}

export interface TestServers {
  /** Superuser's URL of the maintenance database. */
  postgresUrl: string;
  natsUrl: string;
  stop(): Promise<void>;
}

export interface StartedServer {
  url: string;
  /** Where it comes from, for the log line. */
  origin: string;
  stop(): Promise<void>;
}

/**
 * Postgres and NATS for a test run: those of TEST_POSTGRES_URL and TEST_NATS_URL; else containers, where a Docker engine
 * answers; else servers of this machine in a temporary folder.
 */
export async function startTestServers(options: TestServersOptions): Promise<TestServers> {
  const given = testEnvironment();
  const durable = options.durable ?? false;
  const containers = given.postgresUrl && given.natsUrl ? undefined : await findContainers();
  const started = await Promise.allSettled([
    given.postgresUrl
      ? givenServer(given.postgresUrl)
      : containers
        ? containers.postgresContainer(durable)
        : embeddedPostgres(durable),
    given.natsUrl
      ? givenServer(given.natsUrl)
      : containers
        ? containers.natsContainer()
        : localNats(options.cacheDir),
  ]);
  const stop = async () => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  const [postgres, nats] = started;
  if (postgres.status === 'rejected' || nats.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : (nats as PromiseRejectedResult).reason;
  }
  options.log?.(`Postgres: ${postgres.value.origin}; NATS: ${nats.value.origin}`);
  return { postgresUrl: postgres.value.url, natsUrl: nats.value.url, stop };
}

/** Loaded only when asked for: testcontainers takes a second to load, and each test file loads this package. */
async function findContainers() {
  const containers = await import('./container-servers.js');
  return (await containers.engineAnswers()) ? containers : undefined;
}

async function givenServer(url: string): Promise<StartedServer> {
  return { url, origin: `given (${new URL(url).host})`, stop: async () => undefined };
}

async function embeddedPostgres(durable: boolean): Promise<StartedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'waypost-test-'));
  // The account that Postgres runs under as root must be able to enter it.
  await chmod(folder, 0o755);
  const postgres = new LocalPostgres({ dataDir: join(folder, 'postgres'), durable });
  const stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await postgres.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: postgres.url('postgres'), origin: 'embedded', stop };
}

async function localNats(cacheDir: string): Promise<StartedServer> {
  const nats = new LocalNats({ cacheDir });
  await nats.start();
  return { url: nats.url, origin: 'local nats-server', stop: () => nats.stop() };
}
