import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

const LOG_LINES_KEPT = 40;

export interface ServerCommand {
  file: string;
  args: string[];
  cwd?: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/**
 * One server as a child process. It runs in a session of its own, so that Ctrl-C in a terminal reaches only us and the
 * server stops when we say so, after those who use it.
 */
export class ServerProcess {
  /** Resolves with a short reason when the process is gone (or could not be started); never rejects. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private running = true;
  private onLine: (line: string) => void = () => undefined;

  constructor(command: ServerCommand) {
    const { file, args, ...options } = command;
    this.child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('close', (code, signal) =>
        resolve(signal ? `killed by ${signal}` : `exit code ${code}`),
      );
    });
    void this.exited.then(() => (this.running = false));
    this.readLines(this.child.stdout);
    this.readLines(this.child.stderr);
  }

  get pid(): number | undefined {
    return this.running ? this.child.pid : undefined;
  }

  /** The last lines that the server wrote. */
  get log(): string {
    return this.lines.join('\n');
  }

  /** Resolves with the first line that matches, or with undefined when the process ended or `withinMs` passed before. */
  async lineMatching(pattern: RegExp, withinMs: number): Promise<RegExpMatchArray | undefined> {
    const deadline = new AbortController();
    try {
      return await Promise.race([
        new Promise<RegExpMatchArray>((resolve) => {
          this.onLine = (line) => {
            const match = line.match(pattern);
            if (match) resolve(match);
          };
          this.lines.forEach(this.onLine);
        }),
        this.exited.then(() => undefined),
        wait(withinMs, undefined, { signal: deadline.signal }).catch(() => undefined),
      ]);
    } finally {
      deadline.abort();
      this.onLine = () => undefined;
    }
  }

  /** Sends the signals one after the other, each with its time to take effect, and returns when the process is gone. */
  async stop(steps: { signal: NodeJS.Signals; graceMs: number }[]): Promise<void> {
    for (const { signal, graceMs } of [...steps, { signal: 'SIGKILL' as const, graceMs: 10_000 }]) {
      if (!this.running) return;
      this.child.kill(signal);
      const deadline = new AbortController();
      await Promise.race([
        this.exited,
        wait(graceMs, undefined, { signal: deadline.signal }).catch(() => undefined),
      ]);
      deadline.abort();
    }
  }

  private readLines(stream: NodeJS.ReadableStream | null): void {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.lines.push(line);
        this.onLine(line);
      }
      this.lines.splice(0, Math.max(0, this.lines.length - LOG_LINES_KEPT));
    });
  }
}
