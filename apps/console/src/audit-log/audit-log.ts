import { Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import type { AuditEntryResource } from './audit-entry-resource.js';

/** What members changed. `Writes` writes it. */
@Injectable()
export class AuditLog {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(caller: Caller, query: PageQuery): Promise<Page<AuditEntryResource>> {
    const [before] = readCursor(query.cursor, [cursorParts.bigint]);
    const { rows } = await this.database.pool.query<AuditEntryResource>(
      `select id, at, via, address, action, summary, subject, details,
         json_build_object('id', member_id, 'fullName', member_name, 'email', member_email) as member
       from audit_entry where workspace_id = $1 and ($2::bigint is null or id < $2)
       order by id desc limit $3`,
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
