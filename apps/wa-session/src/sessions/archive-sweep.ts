import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';
import { ARCHIVED_DAYS } from './archive-link.js';

/** Each link brings about a thousand keys along. */
const BATCH = 10;

/** Removes archived links whose time is over. */
@Injectable()
export class ArchiveSweep extends PeriodicSweep {
  constructor(@Inject(Database) private readonly database: Database) {
    super('archived links');
  }

  /** @returns how many were removed */
  protected async batch(): Promise<number> {
    const { rowCount } = await this.database.pool.query(
      `delete from wa_creds_archive where id in (
         select id from wa_creds_archive where archived_at < now() - $1 * interval '1 day' limit $2
       )`,
      [ARCHIVED_DAYS, BATCH],
    );
    return rowCount ?? 0;
  }
}
