import { Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';

const BATCH = 500;

/**
 * Removes idempotency keys that have expired, a few at a time. Rows that a batch or another instance holds are left for later, so it
 * waits for nobody.
 */
@Injectable()
export class IdempotencyKeySweep extends PeriodicSweep {
  constructor(private readonly database: Database) {
    super('idempotency keys');
  }

  /** @returns how many keys were removed */
  protected async batch(): Promise<number> {
    const { rowCount } = await this.database.pool.query(
      `delete from idempotency_key where (workspace_id, key) in (
         select workspace_id, key from idempotency_key where expires_at < clock_timestamp()
         order by expires_at limit $1 for update skip locked
       )`,
      [BATCH],
    );
    return rowCount ?? 0;
  }
}
