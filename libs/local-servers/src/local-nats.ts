import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LocalServerError, portTaken } from './local-server-error.js';
import { findNatsServer } from './nats-server-program.js';
import { launcherMark, stopOrphanedServer } from './orphaned-server.js';
import { ServerProcess } from './server-process.js';

export interface LocalNatsOptions {
  /** Where a downloaded nats-server is kept when the machine has none. */
  cacheDir: string;
  /** Absent or 0: any free port. */
  port?: number;
  /** Name of the setting that chooses the port, for the message when it is taken. */
  portSetting?: string;
  /** Lets `start()` find and stop the server that a killed run left on this port. */
  pidFile?: string;
  /** Called when the server ends although nobody called `stop()`. */
  onUnexpectedExit?: (reason: string) => void;
}

const ANY_PORT = '-1';
const READY_WITHIN_MS = 20_000;
const STOP_STEPS = [{ signal: 'SIGTERM' as const, graceMs: 10_000 }];

/** A nats-server on loopback: core NATS, no JetStream, nothing on disk but its pid. */
export class LocalNats {
  private server?: ServerProcess;
  private port = 0;
  private stopping = false;

  constructor(private readonly options: LocalNatsOptions) {}

  get pid(): number | undefined {
    return this.server?.pid;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** @throws LocalServerError with one sentence that says what to do */
  async start(): Promise<void> {
    if (this.server) throw new Error('LocalNats is started already');
    this.stopping = false;
    const file = await findNatsServer(this.options.cacheDir);
    const pidFile = await this.clearLeftovers();
    const args = ['--addr', '127.0.0.1', '--port', this.options.port ? String(this.options.port) : ANY_PORT];
    args.push('--name', launcherMark(), ...(pidFile ? ['--pid', pidFile] : []));
    const server = new ServerProcess({ file, args, env: { PATH: process.env['PATH'] } });
    this.server = server;
    const listening = await server.lineMatching(
      /Listening for client connections on \S+:(\d+)/,
      READY_WITHIN_MS,
    );
    if (listening) {
      this.port = Number(listening[1]);
      void server.exited.then((reason) => this.hasExited(server, reason));
      return;
    }
    await server.stop(STOP_STEPS);
    this.server = undefined;
    if (this.options.port && /address already in use/.test(server.log)) {
      throw portTaken('nats-server', this.options.port, this.options.portSetting);
    }
    throw new LocalServerError(
      `nats-server did not start (${await server.exited}); its last words:\n${server.log}`,
    );
  }

  /** Ends every connection and returns when the process is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.server?.stop(STOP_STEPS);
    this.server = undefined;
    if (this.options.pidFile) await rm(this.options.pidFile, { force: true });
  }

  private hasExited(server: ServerProcess, reason: string): void {
    if (this.server !== server || this.stopping) return;
    this.server = undefined;
    this.options.onUnexpectedExit?.(reason);
  }

  private async clearLeftovers(): Promise<string | undefined> {
    if (!this.options.pidFile) return undefined;
    const pidFile = resolve(this.options.pidFile);
    await mkdir(dirname(pidFile), { recursive: true });
    const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
    if (!Number.isNaN(pid))
      await stopOrphanedServer('nats-server', pid, ['nats-server', pidFile], ['SIGTERM']);
    return pidFile;
  }
}
