import { Logger } from '@nestjs/common';
import { uniform } from '@waypost/kernel';

const EVERY_MS = 60_000;
const MAX_BATCHES = 100;

export interface PeriodicSweepOptions {
  /** In the log. */
  name: string;
  /** One bounded step in a transaction of its own. @returns how much it did; 0 ends the sweep. */
  batch(): Promise<number>;
}

/**
 * Looks for overdue work about once a minute, batch after batch until nothing is left, or after many of them, until the next time.
 * Several processes may do the same at once. A failure is logged and waits for the next time.
 */
export class PeriodicSweep {
  private readonly logger = new Logger('sweep');
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<unknown>;
  private stopped = false;

  constructor(private readonly options: PeriodicSweepOptions) {}

  start(): void {
    this.schedule();
  }

  /** Returns when no batch is in progress any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Sweeps now. @returns how much was done */
  async sweep(): Promise<number> {
    let total = 0;
    for (let batches = 0; batches < MAX_BATCHES && !this.stopped; batches++) {
      const count = await this.options.batch();
      if (count === 0) break;
      total += count;
    }
    if (total > 0) this.logger.log({ msg: 'sweep.done', sweep: this.options.name, count: total });
    return total;
  }

  private schedule(): void {
    if (this.stopped) return;
    // Spread, so that several processes take turns.
    this.timer = setTimeout(
      () => {
        this.sweeping = this.sweep()
          .catch((error: unknown) =>
            this.logger.warn({ msg: 'sweep.failed', sweep: this.options.name, error: String(error) }),
          )
          .finally(() => this.schedule());
      },
      uniform(EVERY_MS / 2, EVERY_MS),
    );
  }
}
