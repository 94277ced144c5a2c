import { freePort } from '@waypost/local-servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const START_WITHIN_MS = 120_000;

/** A built service (`apps/<name>/dist/main.js`) in a process of its own, as in production, to be killed and started again. */
export class ServiceProcess {
  private child?: ChildProcess;
  private output = '';

  private constructor(
    private readonly name: string,
    private readonly port: number,
    private readonly env: Record<string, string>,
  ) {}

  /** Starts the service on a free port and waits until it is ready. */
  static async start(name: string, env: Record<string, string>): Promise<ServiceProcess> {
    const service = new ServiceProcess(name, await freePort(), env);
    await service.start();
    return service;
  }

  /** Whether it ended although nobody asked it to. */
  get crashed(): boolean {
    return this.child !== undefined && (this.child.exitCode !== null || this.child.signalCode !== null);
  }

  /** The end of what it wrote. */
  get lastWords(): string {
    return this.output;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Of the running process; undefined when it was killed. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Sends a signal and goes on: SIGSTOP pauses the process, SIGCONT lets it go on. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Starts it (again) on its port, with the same settings and, this time, some more, and waits until it is ready. */
  async start(more: Record<string, string> = {}): Promise<void> {
    const main = fileURLToPath(new URL(`../../../apps/${this.name}/dist/main.js`, import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        // As in the images.
        NODE_OPTIONS: '--max-semi-space-size=16',
        LOG_LEVEL: 'warn',
        ...this.env,
        ...more,
        HOST: '127.0.0.1',
        PORT: String(this.port),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-8_000)));
    }
    await eventually(
      async () => {
        if (child.exitCode !== null) throw new Error(`${this.name} ended: ${this.output}`);
        return (await fetch(`${this.url}/health/ready`)).ok;
      },
      { withinMs: START_WITHIN_MS, everyMs: 50 },
    );
  }

  /** Sends the signal and waits until the process is gone. SIGKILL is a crash, SIGTERM a clean stop. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}
