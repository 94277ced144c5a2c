import { freePort } from '@waypost/local-servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const START_WITHIN_MS = 60_000;

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
}
