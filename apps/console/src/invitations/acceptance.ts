import { Injectable } from '@nestjs/common';
import { uuidv7 } from '@waypost/kernel';
import { WorkspaceChanges } from '@waypost/messaging';
import { Database, tokenHash, type MemberRole } from '@waypost/persistence';
import { ProblemError } from '../http/problem.js';
import { forgetMails } from '../mails/link-mails.js';
import { emailTaken } from '../members/members.js';
import { PasswordCheck } from '../passwords/password-check.js';
import { openSession } from '../sign-in/sign-in.js';
import { record, Writes } from '../writing/writes.js';
import type { OfferResource } from './invitation-resource.js';

interface Offer extends OfferResource {
  workspaceId: string;
}

/** The other side of an invitation: whoever has its link reads it, and joins by it, once. */
@Injectable()
export class Acceptance {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly passwords: PasswordCheck,
    private readonly changes: WorkspaceChanges,
  ) {}

  /** @throws ProblemError `link-not-valid` */
  async read(token: string): Promise<OfferResource> {
    const { rows } = await this.database.pool.query<OfferResource>(
      `select i.email, i.role, w.name as "workspaceName" from invitation i join workspace w on w.id = i.workspace_id
       where i.token_hash = $1 and i.expires_at > now()`,
      [tokenHash(token)],
    );
    if (!rows[0]) throw linkNotValid();
    return rows[0];
  }

  /**
   * @returns a session's token, for the cookie, and the new member
   * @throws ProblemError `link-not-valid`, `email-taken`, `unavailable`
   */
  async accept(
    { token, fullName, password }: { token: string; fullName: string; password: string },
    address: string,
  ): Promise<{ token: string; memberId: string }> {
    await this.read(token);
    const passwordHash = await this.passwords.hash(password);
    const memberId = uuidv7();
    const { session, workspaceId } = await this.writes.bySystem(async (tx) => {
      const { rows } = await tx.query<Offer & { role: MemberRole; mail_id: string }>(
        `delete from invitation where token_hash = $1 and expires_at > now()
         returning workspace_id as "workspaceId", email, role, mail_id`,
        [tokenHash(token)],
      );
      const offer = rows[0];
      if (!offer) throw linkNotValid();
      const { rowCount } = await tx.query(
        `insert into member (id, workspace_id, email, full_name, role, password_hash) values ($1, $2, $3, $4, $5, $6)
         on conflict (lower(email)) do nothing`,
        [memberId, offer.workspaceId, offer.email, fullName, offer.role, passwordHash],
      );
      if (rowCount === 0) throw emailTaken();
      await record(
        tx,
        { memberId, workspaceId: offer.workspaceId, fullName, email: offer.email },
        {
          name: 'Invitations_accept',
          summary: 'Joined by an invitation',
          subject: fullName,
          details: { email: offer.email, role: offer.role },
          address,
          via: 'link',
          recorded: false,
        },
      );
      const session = await openSession(tx, memberId);
      await forgetMails(tx, [offer.mail_id]);
      return { session, workspaceId: offer.workspaceId };
    });
    this.changes.tell(workspaceId, 'members');
    return { token: session, memberId };
  }
}

function linkNotValid(): ProblemError {
  return new ProblemError(
    'link-not-valid',
    'The invitation was accepted already, withdrawn, or is too old. Ask the owner who invited you for another one.',
  );
}
