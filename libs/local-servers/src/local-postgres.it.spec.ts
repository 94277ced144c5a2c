import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LocalPostgres, type LocalPostgresOptions } from './local-postgres.js';
import { findProcess } from './orphaned-server.js';

describe('LocalPostgres', () => {
  let folder: string;
  let dataDir: string;
  const started: LocalPostgres[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-postgres-'));
    await chmod(folder, 0o755);
    dataDir = join(folder, 'postgres');
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((postgres) => postgres.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  function local(options: Partial<LocalPostgresOptions> = {}): LocalPostgres {
    const postgres = new LocalPostgres({ dataDir, password: 'secret', durable: false, ...options });
    started.push(postgres);
    return postgres;
  }

  async function query(postgres: LocalPostgres, sql: string, database = 'postgres') {
    const client = new pg.Client({ connectionString: postgres.url(database) });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends a server as a power cut would and waits until it is gone. */
  async function killServer(pid: number): Promise<void> {
    process.kill(pid, 'SIGKILL');
    while (findProcess(pid)) await new Promise((done) => setTimeout(done, 20));
  }

  it('keeps its data over a restart', async () => {
    const first = local();
    await first.start();
    expect(await first.createDatabase('shop')).toBe(true);
    await query(first, 'CREATE TABLE note AS SELECT 42 AS answer', 'shop');
    await first.stop();

    const second = local();
    await second.start();
    expect(await second.createDatabase('shop')).toBe(false);
    expect(await query(second, 'SELECT answer FROM note', 'shop')).toEqual([{ answer: 42 }]);
  });

  it('leaves no process behind when it stops', async () => {
    const postgres = local();
    await postgres.start();
    const [{ pid: backend }] = await query(postgres, 'SELECT pid FROM pg_stat_activity LIMIT 1');
    const pid = postgres.pid as number;
    await postgres.stop();
    expect([findProcess(pid), findProcess(backend), postgres.pid]).toEqual([undefined, undefined, undefined]);
  });

  it('listens on loopback only, and writes through to disk unless told otherwise', async () => {
    const postgres = local({ durable: undefined });
    await postgres.start();
    const settings = await query(
      postgres,
      `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'fsync', 'synchronous_commit', 'max_connections') ORDER BY 1`,
    );
    expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      'fsync=on',
      'listen_addresses=127.0.0.1',
      'max_connections=200',
      'synchronous_commit=on',
    ]);
  });

  it('has what it committed when it starts again after it was killed', async () => {
    const first = local({ durable: true });
    await first.start();
    await query(first, 'CREATE TABLE note AS SELECT 42 AS answer');
    await killServer(first.pid as number);

    const second = local({ durable: true });
    await second.start();
    expect(await query(second, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
  });

  it('starts although the pid in a stale lock file belongs to another program by now', async () => {
    const first = local();
    await first.start();
    const lock = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
    await first.stop();
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      await writeFile(join(dataDir, 'postmaster.pid'), lock.replace(/^\d+/, String(bystander.pid)));
      const second = local();
      await second.start();
      expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill();
      await once(bystander, 'close');
    }
  });

  it('takes over from a server whose launcher was killed', async () => {
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', LAUNCHER, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: new URL('..', import.meta.url),
    });
    const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
    const orphan = Number(line.toString());
    launcher.kill('SIGKILL');
    await once(launcher, 'close');
    expect(findProcess(orphan)).toBeDefined();

    const postgres = local();
    await postgres.start();
    expect(findProcess(orphan)).toBeUndefined();
    expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses a data folder that another living launcher uses', async () => {
    const first = local();
    await first.start();
    await expect(local().start()).rejects.toThrow(/already runs on this data folder: stop the other Waypost/);
    expect(await query(first, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('makes the cluster anew when the first start was cut short', async () => {
    await mkdir(`${dataDir}.unfinished/base`, { recursive: true });
    const postgres = local();
    await postgres.start();
    expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says in one sentence which port is taken and which setting to change', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      await expect(local({ port, portSetting: 'STANDALONE_PORT_BASE' }).start()).rejects.toThrow(
        `Postgres cannot start because port ${port} on 127.0.0.1 is taken: stop the program that uses it, or change STANDALONE_PORT_BASE.`,
      );
    } finally {
      squatter.close();
    }
  });

  it('reports a server that ends by itself, and not one that was stopped', async () => {
    const reasons: string[] = [];
    const postgres = local({ onUnexpectedExit: (reason) => reasons.push(reason) });
    await postgres.start();
    await killServer(postgres.pid as number);
    while (reasons.length === 0) await new Promise((done) => setTimeout(done, 20));
    await postgres.start();
    await postgres.stop();
    expect(reasons).toEqual(['killed by SIGKILL']);
  });
});

/** Starts a server on the folder of its first argument, prints the server's pid, and waits to be killed. */
const LAUNCHER = `
  import { LocalPostgres } from '@waypost/local-servers';
  const postgres = new LocalPostgres({ dataDir: process.argv[1], password: 'secret', durable: false });
  await postgres.start();
  console.log(postgres.pid);
`;
