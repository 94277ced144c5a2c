import { Injectable } from '@nestjs/common';
import { ApiTokenEntity, Database, issueApiToken } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import type { NewTokenResource, TokenResource } from './token-resource.js';

interface TokenRow {
  id: string;
  name: string;
  member_id: string;
  created_at: Date;
  last_used_at: Date | null;
}

/** The workspace's API tokens that are not revoked. */
@Injectable()
export class ApiTokens {
  constructor(private readonly database: Database) {}

  /** Newest first: ids are ordered by time. */
  async list(caller: Caller, query: PageQuery): Promise<Page<TokenResource>> {
    const [after] = readCursor(query.cursor, [cursorParts.uuid]);
    const { rows } = await this.database.pool.query<TokenRow>(
      `select id, name, member_id, created_at, last_used_at from api_token
       where workspace_id = $1 and revoked_at is null and ($2::uuid is null or id < $2)
       order by id desc limit $3`,
      [caller.workspaceId, after, query.limit + 1],
    );
    return toPage(rows, query.limit, toResource, (row) => [row.id]);
  }

  create(caller: Caller, name: string): Promise<NewTokenResource> {
    return this.database.transaction(async (tx) => {
      const { workspaceId, memberId } = caller;
      const { id, token } = await issueApiToken(tx, { workspaceId, memberId, name });
      const { createdAt } = await tx.findOneByOrFail(ApiTokenEntity, { id });
      return { id, name, memberId, createdAt, lastUsedAt: null, token };
    });
  }

  /** @returns false when there is no such token */
  async revoke(caller: Caller, id: string): Promise<boolean> {
    const { rowCount } = await this.database.pool.query(
      'update api_token set revoked_at = now() where id = $1 and workspace_id = $2 and revoked_at is null',
      [id, caller.workspaceId],
    );
    return rowCount === 1;
  }
}

function toResource(row: TokenRow): TokenResource {
  return {
    id: row.id,
    name: row.name,
    memberId: row.member_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
