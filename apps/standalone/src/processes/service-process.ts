import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { launcherMark } from '@waypost/local-servers';
import type { BoundedLog } from './bounded-log.js';

const STOP_WITHIN_MS = 25_000;

export interface ServiceCommand {
  /** Path of the compiled main program. */
  main: string;
  env: NodeJS.ProcessEnv;
}

/**
 * One service as a child process, in a session of its own, so that Ctrl-C in a terminal reaches only us. It also ends
 * when the channel to us closes, that is when we are killed.
 */
export class ServiceProcess {
  private child?: ChildProcess;
  private stopping = false;

  constructor(
    private readonly command: ServiceCommand,
    private readonly log: BoundedLog,
    private readonly onUnexpectedExit: (reason: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves when the process exists; whether it becomes ready is to be asked over HTTP. */
  async start(): Promise<void> {
    this.stopping = false;
    const child = spawn(process.execPath, [this.command.main, launcherMark()], {
      env: this.command.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    await once(child, 'spawn');
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.log.write(chunk));
    }
    child.once('close', (code, signal) => {
      this.child = undefined;
      this.log.close();
      if (!this.stopping) this.onUnexpectedExit(signal ? `killed by ${signal}` : `exit code ${code}`);
    });
  }

  /** Returns when the process is gone: by itself after SIGTERM, or killed when that takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child) return;
    const gone = once(child, 'close');
    const deadline = new AbortController();
    child.kill('SIGTERM');
    await Promise.race([
      gone,
      wait(STOP_WITHIN_MS, undefined, { signal: deadline.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      ),
    ]);
    deadline.abort();
    await gone;
  }
}
