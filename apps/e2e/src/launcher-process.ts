import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@waypost/testkit';
import { findProcesses } from './running-processes.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GONE_WITHIN_MS = 45_000;

export interface LauncherSettings {
  dataDir: string;
  portBase: number;
  env?: Record<string, string>;
  args?: string[];
}

/** A folder for STANDALONE_DATA_DIR. Remove it when the test is done. */
export async function makeDataDir(): Promise<{ path: string; remove(): Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'e2e-'));
  // As root, Postgres gets an account of its own, which must be able to enter.
  await chmod(parent, 0o755);
  return { path: join(parent, 'data'), remove: () => rm(parent, { recursive: true, force: true }) };
}

/** What `npm start` runs once everything is built. */
export class LauncherProcess {
  /** Everything that it wrote so far. */
  output = '';
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly dataDir: string;

  constructor({ dataDir, portBase, env = {}, args = [] }: LauncherSettings) {
    this.dataDir = dataDir;
    const { DATABASE_URL: _database, NATS_URL: _nats, ...inherited } = process.env;
    this.child = spawn(process.execPath, ['apps/standalone/dist/main.js', ...args], {
      cwd: ROOT,
      env: { ...inherited, STANDALONE_DATA_DIR: dataDir, STANDALONE_PORT_BASE: String(portBase), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ctrl-C. @returns the exit code */
  async interrupt(): Promise<number | null> {
    this.kill('SIGINT');
    return this.exited;
  }

  /** Everything that this launcher started and that still runs. */
  descendants(): Promise<string[]> {
    return findProcesses(`waypost-launcher-${this.pid}`);
  }

  /** @throws when something that it started goes on without it */
  async leavesNothing(): Promise<void> {
    await eventually(
      async () => {
        const left = await findProcesses(`waypost-launcher-${this.pid}`, this.dataDir);
        if (left.length > 0) throw new Error(`still running:\n${left.join('\n')}`);
      },
      { withinMs: GONE_WITHIN_MS, everyMs: 200 },
    );
  }
}
