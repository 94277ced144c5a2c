import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { uniform } from '@waypost/kernel';
import { Database } from '@waypost/persistence';

const EVERY_MS = 60_000;
const BATCH = 500;
const MAX_BATCHES = 100;

/**
 * Removes idempotency keys that have expired, a few at a time. Rows that a batch or another instance holds are left for later, so it
 * waits for nobody. What it does not get to in one turn it gets to in the next: an expired key means nothing meanwhile.
 */
@Injectable()
export class IdempotencyKeySweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('sweep');
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<unknown>;
  private stopped = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** Returns when no statement is in progress any more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Sweeps now. @returns how many keys were removed */
  async sweep(): Promise<number> {
    let total = 0;
    for (let batches = 0; batches < MAX_BATCHES && !this.stopped; batches++) {
      const { rowCount } = await this.database.pool.query(
        `delete from idempotency_key where (workspace_id, key) in (
           select workspace_id, key from idempotency_key where expires_at < clock_timestamp()
           order by expires_at limit $1 for update skip locked
         )`,
        [BATCH],
      );
      total += rowCount ?? 0;
      if (rowCount !== BATCH) break;
    }
    return total;
  }

  private schedule(): void {
    if (this.stopped) return;
    // Spread, so that several instances take turns.
    this.timer = setTimeout(
      () => {
        this.sweeping = this.sweep()
          .then(
            (count) => count > 0 && this.logger.log({ msg: 'sweep.done', sweep: 'idempotency keys', count }),
          )
          .catch((error: unknown) =>
            this.logger.warn({
              msg: 'sweep.failed',
              sweep: 'idempotency keys',
              error: (error as Error)?.name,
            }),
          )
          .finally(() => this.schedule());
      },
      uniform(EVERY_MS / 2, EVERY_MS),
    );
  }
}
