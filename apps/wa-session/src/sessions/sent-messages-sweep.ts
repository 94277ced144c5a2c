import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';

/** WhatsApp asks for a message again for days after it was sent, not for weeks. */
const KEPT_DAYS = 14;
const BATCH = 1_000;

/** Removes what was kept of messages that nobody asks for any more. */
@Injectable()
export class SentMessagesSweep extends PeriodicSweep {
  constructor(@Inject(Database) private readonly database: Database) {
    super('sent messages');
  }

  /** @returns how many were removed */
  protected async batch(): Promise<number> {
    const { rowCount } = await this.database.pool.query(
      `delete from wa_sent where (account_id, key_id) in (
         select account_id, key_id from wa_sent where sent_at < now() - $1 * interval '1 day' limit $2
       )`,
      [KEPT_DAYS, BATCH],
    );
    return rowCount ?? 0;
  }
}
