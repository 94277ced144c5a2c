import { makeKeySet, type KeySet } from './key-set.js';

const POOLED = 8;
const REFILL_EVERY_MS = 100;

/** A few key sets made ahead, one at a time, so that a first message to a new contact does not wait for a signature. */
export class KeyPool {
  private readonly ready: KeySet[] = [];
  private timer: NodeJS.Timeout | undefined;

  start(): void {
    this.timer = setInterval(() => {
      if (this.ready.length < POOLED) this.ready.push(makeKeySet());
    }, REFILL_EVERY_MS);
    this.timer.unref();
  }

  take(): KeySet {
    return this.ready.pop() ?? makeKeySet();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
