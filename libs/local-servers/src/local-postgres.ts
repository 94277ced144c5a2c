import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';
import { LocalServerError, portTaken } from './local-server-error.js';
import { launcherMark, stopOrphanedServer } from './orphaned-server.js';
import { findPostgresProgram, type PostgresProgram } from './postgres-program.js';
import { ServerProcess, type ServerCommand } from './server-process.js';

export interface LocalPostgresOptions {
  /** Where the cluster lives; made on the first start, kept by `stop()`. */
  dataDir: string;
  /** Absent or 0: any free port. */
  port?: number;
  /** Name of the setting that chooses the port, for the message when it is taken. */
  portSetting?: string;
  /** Of the superuser `waypost`. Random when absent: keep `postgres.password`, the folder opens with no other. */
  password?: string;
  /** false trades the data's safety in a power cut for speed: for tests. Default true. */
  durable?: boolean;
  /** Called when the server ends although nobody called `stop()`. */
  onUnexpectedExit?: (reason: string) => void;
}

const USER = 'waypost';
const READY = /database system is ready to accept connections/;
/** Long enough for the recovery of a large crashed cluster. */
const READY_WITHIN_MS = 120_000;
const STOP_STEPS = [
  { signal: 'SIGINT' as const, graceMs: 30_000 },
  { signal: 'SIGQUIT' as const, graceMs: 10_000 },
];
/** A predecessor's last backends may hold its shared memory for a moment after it; an ephemeral port may be lost to a race. */
const START_TRIES = 10;

/**
 * A real PostgreSQL server on loopback, from an npm package. One instance per data folder and process.
 *
 * `start()` survives what a kill leaves behind: a half-made folder, a stale postmaster.pid, a running orphan.
 */
export class LocalPostgres {
  readonly password: string;
  private readonly dataDir: string;
  private server?: ServerProcess;
  private port = 0;
  private stopping = false;

  constructor(private readonly options: LocalPostgresOptions) {
    this.dataDir = resolve(options.dataDir);
    this.password = options.password ?? randomBytes(18).toString('base64url');
  }

  get pid(): number | undefined {
    return this.server?.pid;
  }

  /** @throws LocalServerError with one sentence that says what to do */
  async start(): Promise<void> {
    if (this.server) throw new Error('LocalPostgres is started already');
    this.stopping = false;
    const program = findPostgresProgram();
    if (!existsSync(join(this.dataDir, 'PG_VERSION'))) await this.createCluster(program);
    await this.clearLeftovers();

    for (let tries = 1; ; tries++) {
      this.port = this.options.port || (await freePort());
      const server = new ServerProcess(this.serverCommand(program));
      this.server = server;
      if (await server.lineMatching(READY, READY_WITHIN_MS)) {
        void server.exited.then((reason) => this.hasExited(server, reason));
        return;
      }
      await server.stop(STOP_STEPS);
      this.server = undefined;
      if (this.stopping) throw new LocalServerError('Postgres was stopped while it started.');
      const portLost = /could not bind .*in use/.test(server.log);
      if (portLost && this.options.port) throw portTaken('Postgres', this.port, this.options.portSetting);
      const passing = portLost || /shared memory block .*still in use/.test(server.log);
      if (!passing || tries === START_TRIES) {
        throw new LocalServerError(
          `Postgres did not start on ${this.dataDir} (${await server.exited}); its last words:\n${server.log}`,
        );
      }
      await new Promise((done) => setTimeout(done, 300));
    }
  }

  /** Ends every connection, writes everything to disk, and returns when the process is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.server?.stop(STOP_STEPS);
    this.server = undefined;
  }

  url(database: string): string {
    return `postgres://${USER}:${this.password}@127.0.0.1:${this.port}/${database}`;
  }

  /** @returns false when there is a database of that name already */
  async createDatabase(name: string, template?: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url('postgres'), connectionTimeoutMillis: 10_000 });
    await client.connect();
    try {
      const from = template ? ` TEMPLATE ${client.escapeIdentifier(template)}` : '';
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${from}`);
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === '42P04') return false;
      throw error;
    } finally {
      await client.end();
    }
  }

  private hasExited(server: ServerProcess, reason: string): void {
    if (this.server !== server || this.stopping) return;
    this.server = undefined;
    this.options.onUnexpectedExit?.(reason);
  }

  /** Makes the cluster beside its place and moves it there when it is whole. */
  private async createCluster(program: PostgresProgram): Promise<void> {
    const unfinished = `${this.dataDir}.unfinished`;
    const passwordFile = `${unfinished}.password`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(dirname(unfinished), { recursive: true });
    await mkdir(unfinished, { mode: 0o700 });
    if (program.account) {
      await chown(unfinished, program.account.uid, program.account.gid);
      requireAccess(program, unfinished);
    }
    try {
      await writeFile(passwordFile, this.password, { mode: 0o600 });
      if (program.account) await chown(passwordFile, program.account.uid, program.account.gid);
      const initdb = new ServerProcess({
        file: program.initdb,
        args: [
          `--pgdata=${unfinished}`,
          `--username=${USER}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          ...(this.options.durable === false ? ['--no-sync'] : []),
        ],
        ...this.surroundings(program, unfinished),
      });
      const outcome = await initdb.exited;
      if (outcome !== 'exit code 0') {
        throw new LocalServerError(
          `Postgres could not prepare ${this.dataDir} (${outcome}); its last words:\n${initdb.log}`,
        );
      }
    } finally {
      await rm(passwordFile, { force: true });
    }
    await rename(unfinished, this.dataDir);
  }

  private async clearLeftovers(): Promise<void> {
    const pidFile = join(this.dataDir, 'postmaster.pid');
    const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
    if (Number.isNaN(pid)) return;
    await stopOrphanedServer('Postgres', pid, ['postgres', ` ${this.dataDir} `], ['SIGINT', 'SIGQUIT']);
    // The number may meanwhile be another program's, which Postgres would take for a living predecessor.
    await rm(pidFile, { force: true });
  }

  private serverCommand(program: PostgresProgram): ServerCommand {
    const settings: Record<string, string> = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: String(this.port),
      max_connections: '200',
      timezone: 'UTC',
      cluster_name: launcherMark(),
      // Errors of single statements are their sender's business, and would carry row contents into our log.
      log_min_messages: 'log',
      ...(this.options.durable === false
        ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
        : { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }),
    };
    return {
      file: program.postgres,
      args: [
        '-D',
        this.dataDir,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      ...this.surroundings(program, this.dataDir),
    };
  }

  private surroundings(
    program: PostgresProgram,
    cwd: string,
  ): Pick<ServerCommand, 'cwd' | 'env' | 'uid' | 'gid'> {
    return { cwd, env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }, ...program.account };
  }
}

/** As root we give the server another account, which may not be allowed to enter the folders on the way. */
function requireAccess(program: PostgresProgram, dataDir: string): void {
  for (const [path, args] of [
    [program.initdb, ['--version']],
    ['/bin/ls', [dataDir]],
  ] as const) {
    const tried = spawnSync(path, args, { ...program.account, cwd: '/', stdio: 'ignore' });
    if (tried.status !== 0) {
      const where = path === program.initdb ? path : dataDir;
      throw new LocalServerError(
        `Postgres does not run as root, and its account "postgres" may not enter ${where}: ` +
          'put the project where every user may enter (say /opt), run as an ordinary user, or set DATABASE_URL.',
      );
    }
  }
}
