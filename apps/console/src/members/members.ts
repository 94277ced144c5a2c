import { Injectable } from '@nestjs/common';
import { newSecretToken, uuidv7 } from '@waypost/kernel';
import { Database, hashPassword, type MemberRole } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import type {
  CreateMemberBody,
  MemberResource,
  NewMemberResource,
  PatchMemberBody,
} from './member-resource.js';

const COLUMNS = 'id, email, full_name as "fullName", role, created_at as "createdAt"';

/** The people of a workspace. There is always an owner: whoever changes roles locks the workspace first. */
@Injectable()
export class Members {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
  ) {}

  /** Oldest first: ids are ordered by time. */
  async list(caller: Caller, query: PageQuery): Promise<Page<MemberResource>> {
    const [after] = readCursor(query.cursor, [cursorParts.uuid]);
    const { rows } = await this.database.pool.query<MemberResource>(
      `select ${COLUMNS} from member where workspace_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
      [caller.workspaceId, after, query.limit + 1],
    );
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.id],
    );
  }

  /** @throws ProblemError `email-taken` */
  async add(caller: Caller, { email, fullName, role }: CreateMemberBody): Promise<NewMemberResource> {
    const firstPassword = newSecretToken().slice(0, 21);
    const passwordHash = await hashPassword(firstPassword);
    const member = await this.writes.byMember(caller, async (tx, tell) => {
      const { rows } = await tx.query<MemberResource>(
        `insert into member (id, workspace_id, email, full_name, role, password_hash) values ($1, $2, $3, $4, $5, $6)
       on conflict (lower(email)) do nothing returning ${COLUMNS}`,
        [uuidv7(), caller.workspaceId, email, fullName, role, passwordHash],
      );
      if (!rows[0]) throw emailTaken();
      tell(fullName);
      return rows[0];
    });
    return { ...member, firstPassword };
  }

  /** @throws ProblemError `not-found`, `last-owner` */
  change(caller: Caller, id: string, { fullName, role }: PatchMemberBody): Promise<MemberResource> {
    return this.writes.byMember(caller, async (tx, tell) => {
      const before = await lockMember(tx, caller, id);
      tell(before.name);
      if (before.role === 'owner' && role === 'teammate') await requireAnotherOwner(tx, caller, id);
      const { rows } = await tx.query<MemberResource>(
        `update member set full_name = coalesce($2, full_name), role = coalesce($3, role) where id = $1 returning ${COLUMNS}`,
        [id, fullName ?? null, role ?? null],
      );
      return rows[0]!;
    });
  }

  /**
   * Ends the member's sessions and tokens at once. The member's accounts become the caller's, or another owner's when members
   * remove themselves; nobody is responsible for the member's chats.
   * @throws ProblemError `not-found`, `last-owner`
   */
  remove(caller: Caller, id: string): Promise<void> {
    return this.writes.byMember(caller, async (tx, tell) => {
      const member = await lockMember(tx, caller, id);
      tell(member.name);
      if (member.role === 'owner') await requireAnotherOwner(tx, caller, id);
      await tx.query('delete from password_reset where member_id = $1', [id]);
      await tx.query('delete from member_session where member_id = $1', [id]);
      await tx.query('delete from api_token where member_id = $1', [id]);
      await tx.query(
        `update account set owner_member_id = (
           select m.id from member m where m.workspace_id = $1 and m.role = 'owner' and m.id <> $2 order by m.id = $3 desc, m.id limit 1
         )
         where workspace_id = $1 and owner_member_id = $2`,
        [caller.workspaceId, id, caller.memberId],
      );
      await tx.query(
        'update chat set responsible_member_id = null where workspace_id = $1 and responsible_member_id = $2',
        [caller.workspaceId, id],
      );
      await tx.query('delete from member where id = $1', [id]);
    });
  }
}

interface LockedMember {
  role: MemberRole;
  name: string;
}

async function lockMember(tx: PoolClient, { workspaceId }: Caller, id: string): Promise<LockedMember> {
  await tx.query('select from workspace where id = $1 for no key update', [workspaceId]);
  const { rows } = await tx.query<LockedMember>(
    'select role, full_name as name from member where workspace_id = $1 and id = $2 for update',
    [workspaceId, id],
  );
  if (!rows[0]) throw noSuch('member');
  return rows[0];
}

async function requireAnotherOwner(tx: PoolClient, { workspaceId }: Caller, id: string): Promise<void> {
  const { rowCount } = await tx.query(
    `select from member where workspace_id = $1 and role = 'owner' and id <> $2 limit 1`,
    [workspaceId, id],
  );
  if (rowCount === 0) throw new ProblemError('last-owner', 'Make somebody else an owner first.');
}

export function emailTaken(): ProblemError {
  return new ProblemError('email-taken', 'Somebody signs in with this e-mail already; use another one.');
}
