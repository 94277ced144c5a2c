import { Refusal } from '../refusal.js';

/** A promise that somebody else settles, within a time. */
export class Deferred<Value> {
  readonly promise: Promise<Value>;
  private settle!: { resolve: (value: Value) => void; reject: (error: Error) => void };
  private readonly timer: NodeJS.Timeout;

  /** @param lateMessage says what did not happen in time, and what to do */
  constructor(timeoutMs: number, lateMessage: string) {
    this.promise = new Promise<Value>((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.promise.catch(() => undefined);
    this.timer = setTimeout(() => this.reject(new Refusal('timeout', lateMessage)), timeoutMs);
  }

  resolve(value: Value): void {
    clearTimeout(this.timer);
    this.settle.resolve(value);
  }

  reject(error: Error): void {
    clearTimeout(this.timer);
    this.settle.reject(error);
  }
}
