import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark that answers each message with one. */
export class Child {
  private constructor(private readonly child: ChildProcess) {}

  /** @param file beside this one, compiled */
  static start(file: string, env: Record<string, string> = {}): Child {
    const path = fileURLToPath(new URL(file, import.meta.url));
    return new Child(fork(path, { env: { PATH: process.env['PATH'], ...env }, stdio: 'inherit' }));
  }

  /** Its next message. */
  async hear<T>(): Promise<T> {
    const [message] = (await once(this.child, 'message')) as [T];
    return message;
  }

  ask<T>(): Promise<T> {
    const answer = this.hear<T>();
    this.child.send('');
    return answer;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}
