import { Inject, Injectable } from '@nestjs/common';
import type { AttachmentStore } from '@waypost/attachments';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';
import { ATTACHMENT_STORE } from './attachment-store.token.js';

const BATCH = 100;
/**
 * A message may take up a file that was named within the last ten minutes. What was fetched longer ago was named longer ago; the rest is
 * for a transaction that looked just before the ten minutes were over and has not committed yet. None lasts five minutes.
 */
const KEPT = `interval '15 minutes'`;

/** Then no message that can still be sent refers to it, and none ever will: those that are neither queued nor sending stay so. */
const REMOVE = `
  update file set state = 'removed' where id in (
    select f.id from file f
    where f.fetched_at < now() - ${KEPT} and f.state = 'stored'
      and not exists (select from message m where m.file_id = f.id and m.state in ('queued', 'sending'))
    order by f.fetched_at limit $1
    for update skip locked
  )`;
const REMOVED = `
  select id from file where fetched_at < now() - ${KEPT} and state = 'removed' order by fetched_at limit $1`;
const GONE = `update file set fetched_at = null where id = any($1::uuid[]) and state = 'removed'`;

/** Deletes the contents of files that were sent or failed everywhere. */
@Injectable()
export class AttachmentSweep extends PeriodicSweep {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
  ) {
    super('attachments');
  }

  /** First nobody may count on a content, then it goes; what a process that died left between the two, the next sweep deletes. */
  protected async batch(): Promise<number> {
    const { pool } = this.database;
    await pool.query(REMOVE, [BATCH]);
    const { rows } = await pool.query<{ id: string }>(REMOVED, [BATCH]);
    const ids = rows.map(({ id }) => id);
    await this.store.delete(ids);
    await pool.query(GONE, [ids]);
    return ids.length;
  }
}
