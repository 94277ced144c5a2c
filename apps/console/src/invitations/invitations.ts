import { Injectable } from '@nestjs/common';
import { newSecretToken, uuidv7 } from '@waypost/kernel';
import { Database, SecretBox, tokenHash, type MemberRole } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { forgetMails, LinkMails } from '../mails/link-mails.js';
import { emailTaken } from '../members/members.js';
import { Writes } from '../writing/writes.js';
import type { CreateInvitationBody, InvitationResource, MailState } from './invitation-resource.js';

const LINK_DAYS = 7;
const LINK_MINUTES = LINK_DAYS * 24 * 60;

interface InvitationRow {
  id: string;
  email: string;
  role: MemberRole;
  token_sealed: Buffer;
  mail_id: string;
  mail_state: MailState | null;
  created_at: Date;
  expires_at: Date;
  expired: boolean;
}

const SELECT = `
  select i.id, i.email, i.role, i.token_sealed, i.mail_id, m.state as mail_state, i.created_at, i.expires_at,
    i.expires_at <= now() as expired
  from invitation i left join mail m on m.id = i.mail_id
  where i.workspace_id = $1`;

/** People who were asked to join a workspace and have not yet. */
@Injectable()
export class Invitations {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly limits: AttemptLimits,
    private readonly mails: LinkMails,
    private readonly secrets: SecretBox,
  ) {}

  /** Newest first: ids are ordered by time. */
  async list(caller: Caller, query: PageQuery): Promise<Page<InvitationResource>> {
    const [before] = readCursor(query.cursor, [cursorParts.uuid]);
    const { rows } = await this.database.pool.query<InvitationRow>(
      `${SELECT} and ($2::uuid is null or i.id < $2) order by i.id desc limit $3`,
      [caller.workspaceId, before, query.limit + 1],
    );
    return toPage(
      rows,
      query.limit,
      (row) => this.toResource(row),
      (row) => [row.id],
    );
  }

  /**
   * Mails a link. Who was invited already gets a new one; the one before stops working.
   * @throws ProblemError `email-taken`, `too-many-attempts`
   */
  async create(caller: Caller, { email, role }: CreateInvitationBody): Promise<InvitationResource> {
    await this.limits.admit({ kind: 'invitations', value: caller.workspaceId });
    return this.writes.byMember(caller, async (tx, tell) => {
      tell(email);
      const { rowCount } = await tx.query('select from member where lower(email) = lower($1)', [email]);
      if (rowCount !== 0) throw emailTaken();
      await lockInvitations(tx, caller);
      const { rows } = await tx.query<{ mail_id: string }>(
        'delete from invitation where workspace_id = $1 and lower(email) = lower($2) returning mail_id',
        [caller.workspaceId, email],
      );
      await forgetMails(
        tx,
        rows.map((row) => row.mail_id),
      );
      return this.invite(tx, caller, { id: uuidv7(), email, role });
    });
  }

  /**
   * Mails a new link; the one before stops working.
   * @throws ProblemError `not-found`, `too-many-attempts`
   */
  async resend(caller: Caller, id: string): Promise<InvitationResource> {
    await this.limits.admit({ kind: 'invitations', value: caller.workspaceId });
    return this.writes.byMember(caller, async (tx, tell) => {
      const { email, role } = await take(tx, caller, id);
      tell(email);
      return this.invite(tx, caller, { id, email, role });
    });
  }

  /** @throws ProblemError `not-found` */
  revoke(caller: Caller, id: string): Promise<void> {
    return this.writes.byMember(caller, async (tx, tell) => {
      const { email } = await take(tx, caller, id);
      tell(email);
    });
  }

  private async invite(
    tx: PoolClient,
    caller: Caller,
    { id, email, role }: { id: string; email: string; role: MemberRole },
  ): Promise<InvitationResource> {
    const token = newSecretToken();
    const mailId = uuidv7();
    await tx.query(
      `insert into invitation (id, workspace_id, email, role, token_hash, token_sealed, mail_id, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8))`,
      [
        id,
        caller.workspaceId,
        email,
        role,
        tokenHash(token),
        this.secrets.seal(token, context(id)),
        mailId,
        LINK_DAYS,
      ],
    );
    const { rows } = await tx.query<{ name: string }>('select name from workspace where id = $1', [
      caller.workspaceId,
    ]);
    const workspace = rows[0]!.name;
    await this.mails.write(tx, {
      id: mailId,
      kind: 'invitation',
      workspaceId: caller.workspaceId,
      recipient: email,
      subject: `${caller.fullName} invites you to ${workspace}`,
      before: [
        'Hello,',
        `${caller.fullName} (${caller.email}) invites you to join ${workspace} as ${role === 'owner' ? 'an owner' : 'a teammate'}. Choose your name and a password here:`,
      ],
      link: { page: 'invitation', token },
      after: [
        `The link works once, for ${LINK_DAYS} days. If you do not know what this is about, ignore it.`,
      ],
      minutes: LINK_MINUTES,
    });
    const { rows: made } = await tx.query<InvitationRow>(`${SELECT} and i.id = $2`, [caller.workspaceId, id]);
    return this.toResource(made[0]!);
  }

  private toResource(row: InvitationRow): InvitationResource {
    const token = this.secrets.open(row.token_sealed, context(row.id)).toString();
    return {
      id: row.id,
      email: row.email,
      role: row.role,
      link: row.expired ? null : this.mails.linkOf({ page: 'invitation', token }),
      mailState: row.mail_state ?? 'failed',
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    };
  }
}

/** So that two at once do not invite the same person. */
async function lockInvitations(tx: PoolClient, { workspaceId }: Caller): Promise<void> {
  await tx.query('select from workspace where id = $1 for no key update', [workspaceId]);
}

/** Takes an invitation away, with its mail. */
async function take(
  tx: PoolClient,
  caller: Caller,
  id: string,
): Promise<{ email: string; role: MemberRole }> {
  await lockInvitations(tx, caller);
  const { rows } = await tx.query<{ email: string; role: MemberRole; mail_id: string }>(
    'delete from invitation where workspace_id = $1 and id = $2 returning email, role, mail_id',
    [caller.workspaceId, id],
  );
  if (!rows[0]) throw noSuch('invitation');
  await forgetMails(tx, [rows[0].mail_id]);
  return rows[0];
}

function context(invitationId: string): string {
  return `invitation:${invitationId}`;
}
