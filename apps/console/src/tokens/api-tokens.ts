import { Injectable } from '@nestjs/common';
import { newSecretToken, uuidv7 } from '@waypost/kernel';
import { Database, tokenHash } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { noSuch } from '../http/id.pipe.js';
import { Writes } from '../writing/writes.js';
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
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
  ) {}

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
    return this.writes.byMember(caller, async (tx, tell) => {
      const token = newSecretToken();
      const { rows } = await tx.query<TokenRow>(
        `insert into api_token (id, workspace_id, member_id, name, token_hash) values ($1, $2, $3, $4, $5)
         returning id, name, member_id, created_at, last_used_at`,
        [uuidv7(), caller.workspaceId, caller.memberId, name, tokenHash(token)],
      );
      tell(name);
      return { ...toResource(rows[0]!), token };
    });
  }

  /** @throws ProblemError `not-found` */
  revoke(caller: Caller, id: string): Promise<void> {
    return this.writes.byMember(caller, async (tx, tell) => {
      const { rows } = await tx.query<{ name: string }>(
        `update api_token set revoked_at = now() where id = $1 and workspace_id = $2 and revoked_at is null
         returning name`,
        [id, caller.workspaceId],
      );
      if (!rows[0]) throw noSuch('token');
      tell(rows[0].name);
    });
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
