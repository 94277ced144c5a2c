import { Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import type { MailResource } from './mail-resource.js';

/** The mail that was written to a workspace's owners. Egress writes and sends it. */
@Injectable()
export class Mails {
  constructor(private readonly database: Database) {}

  /** Newest first: ids are ordered by time. */
  async list(caller: Caller, query: PageQuery): Promise<Page<MailResource>> {
    const [before] = readCursor(query.cursor, [cursorParts.uuid]);
    const { rows } = await this.database.pool.query<MailResource>(
      `select id, recipient, subject, body, state, created_at as "createdAt" from mail
       where workspace_id = $1 and kind = 'notice' and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [caller.workspaceId, before, query.limit + 1],
    );
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.id],
    );
  }
}
