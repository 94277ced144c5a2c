import { Injectable } from '@nestjs/common';
import { Database, tokenHash, type MemberRole } from '@waypost/persistence';
import { Writes } from '../writing/writes.js';
import type { Caller } from './caller.js';

interface CallerRow {
  member_id: string;
  workspace_id: string;
  role: MemberRole;
  full_name: string;
  email: string;
}

/** Knows callers by what they bring. */
@Injectable()
export class CallerDirectory {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
  ) {}

  async findByApiToken(token: string): Promise<Caller | undefined> {
    const { rows } = await this.database.pool.query<CallerRow & { id: string; stale: boolean }>(
      `select t.id, m.id as member_id, m.workspace_id, m.role, m.full_name, m.email,
         (t.last_used_at is null or t.last_used_at < now() - interval '1 minute') as stale
       from api_token t join member m on m.id = t.member_id and m.workspace_id = t.workspace_id
       where t.token_hash = $1 and t.revoked_at is null`,
      [tokenHash(token)],
    );
    const row = rows[0];
    if (row?.stale) await this.touch(row.id);
    return row && toCaller(row);
  }

  async findBySession(token: string): Promise<Caller | undefined> {
    const sessionHash = tokenHash(token);
    const { rows } = await this.database.pool.query<CallerRow>(
      `select m.id as member_id, m.workspace_id, m.role, m.full_name, m.email
       from member_session s join member m on m.id = s.member_id
       where s.token_hash = $1 and s.expires_at > now()`,
      [sessionHash],
    );
    return rows[0] && { ...toCaller(rows[0]), sessionHash };
  }

  /** At most once a minute per token, however many requests come at once. */
  private async touch(tokenId: string): Promise<void> {
    await this.writes.bySystem((tx) =>
      tx.query(
        `update api_token set last_used_at = now()
         where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
        [tokenId],
      ),
    );
  }
}

function toCaller(row: CallerRow): Caller {
  return {
    memberId: row.member_id,
    workspaceId: row.workspace_id,
    role: row.role,
    fullName: row.full_name,
    email: row.email,
  };
}
