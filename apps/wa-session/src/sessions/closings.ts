import {
  afterClose,
  afterOpen,
  NO_HISTORY,
  withClose,
  type Closing,
  type CloseDecision,
} from './close-policy.js';

/** How the connections of one session ended so far, as far as it counts for what comes next. */
export class Closings {
  private history = NO_HISTORY;
  private openedAt?: number;

  /** Closes in a row. */
  get failures(): number {
    return this.history.failures;
  }

  opened(): void {
    this.openedAt = performance.now();
  }

  /** Somebody wants it to connect as if nothing had happened. */
  forget(): void {
    this.history = NO_HISTORY;
  }

  /** A connection, or a try to connect, ended. */
  ended(): void {
    if (this.openedAt !== undefined)
      this.history = afterOpen(this.history, performance.now() - this.openedAt);
    this.openedAt = undefined;
  }

  /** What to do about it. */
  decide(closing: Closing): CloseDecision {
    const decision = afterClose(closing, this.history);
    this.history = withClose(this.history, closing.code);
    return decision;
  }
}
