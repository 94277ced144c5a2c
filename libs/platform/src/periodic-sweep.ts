import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { uniform } from '@waypost/kernel';

const EVERY_MS = 60_000;
const MAX_BATCHES = 100;

/**
 * Looks for overdue work about once a minute, batch after batch until nothing is left, or after many of them, until the next time.
 * Several processes may do the same at once. A failure is logged and waits for the next time. As a provider it starts and stops with its application.
 */
export abstract class PeriodicSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('sweep');
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<unknown>;
  private stopped = false;

  /** @param sweepName what it is called in the log */
  constructor(private readonly sweepName: string) {}

  /** One bounded step in a transaction of its own. @returns how much it did; 0 ends the sweep. */
  protected abstract batch(): Promise<number>;

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** Returns when no batch is in progress any more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Sweeps now. @returns how much was done */
  async sweep(): Promise<number> {
    let total = 0;
    for (let batches = 0; batches < MAX_BATCHES && !this.stopped; batches++) {
      const count = await this.batch();
      if (count === 0) break;
      total += count;
    }
    if (total > 0) this.logger.log({ msg: 'sweep.done', sweep: this.sweepName, count: total });
    return total;
  }

  private schedule(): void {
    if (this.stopped) return;
    // Spread, so that several processes take turns.
    this.timer = setTimeout(
      () => {
        this.sweeping = this.sweep()
          .catch((error: unknown) =>
            this.logger.warn({ msg: 'sweep.failed', sweep: this.sweepName, error: String(error) }),
          )
          .finally(() => this.schedule());
      },
      uniform(EVERY_MS / 2, EVERY_MS),
    );
  }
}
