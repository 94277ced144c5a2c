import { Injectable } from '@nestjs/common';
import { newSecretToken, uuidv7 } from '@waypost/kernel';
import { Database, tokenHash } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { invalidField, ProblemError } from '../http/problem.js';
import { accountLimit, addressLimit, AttemptLimits } from '../limits/attempt-limits.js';
import { LinkMails } from '../mails/link-mails.js';
import { record, Writes } from '../writing/writes.js';
import { PasswordCheck } from './password-check.js';

const LINK_MINUTES = 60;

interface Member {
  id: string;
  workspace_id: string;
  full_name: string;
  email: string;
}

/** New passwords: for who knows the present one, and for who reads the mails of the address. */
@Injectable()
export class Passwords {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly limits: AttemptLimits,
    private readonly check: PasswordCheck,
    private readonly mails: LinkMails,
  ) {}

  /**
   * Sets another password and ends every session of the member but the caller's.
   * @throws ProblemError `invalid-request` for a wrong current password, `too-many-attempts`, `unavailable`
   */
  async change(
    caller: Caller,
    change: { currentPassword: string; newPassword: string; address: string },
  ): Promise<void> {
    await this.limits.admit(accountLimit(caller.memberId), addressLimit(change.address));
    const { rows } = await this.database.pool.query<{ password_hash: string | null }>(
      'select password_hash from member where id = $1',
      [caller.memberId],
    );
    if (!(await this.check.matches(change.currentPassword, rows[0]?.password_hash))) {
      throw invalidField('currentPassword', 'currentPassword is not the password of this member');
    }
    await this.limits.succeeded(caller.memberId, change.address);
    const passwordHash = await this.check.hash(change.newPassword);
    await this.writes.byMember(caller, async (tx, tell) => {
      await tx.query('update member set password_hash = $2 where id = $1', [caller.memberId, passwordHash]);
      await tx.query('delete from password_reset where member_id = $1', [caller.memberId]);
      await tx.query('delete from member_session where member_id = $1 and token_hash is distinct from $2', [
        caller.memberId,
        caller.sessionHash ?? null,
      ]);
      tell(caller.fullName);
    });
  }

  /**
   * Mails a link for a new password, if the e-mail is a member's. The one before stops working. The answer is the same for every e-mail.
   * @throws ProblemError `too-many-attempts`
   */
  async mailLink({ email, address }: { email: string; address: string }): Promise<void> {
    await this.limits.admit(
      { kind: 'reset-email', value: email.trim() },
      addressLimit(address, 'reset-address'),
    );
    await this.writes.bySystem(async (tx) => {
      const { rows } = await tx.query<Member>(
        'select id, workspace_id, full_name, email from member where lower(email) = lower($1) for key share',
        [email.trim()],
      );
      const member = rows[0];
      if (!member) return;
      const token = newSecretToken();
      await tx.query(
        `insert into password_reset (member_id, token_hash, expires_at)
         values ($1, $2, now() + make_interval(mins => $3))
         on conflict (member_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
        [member.id, tokenHash(token), LINK_MINUTES],
      );
      await this.mails.write(tx, {
        id: uuidv7(),
        kind: 'password_reset',
        workspaceId: member.workspace_id,
        recipient: member.email,
        subject: 'A new password',
        before: [
          `Hello ${member.full_name},`,
          'somebody, most likely you, asked for a new password for the console. Choose it here:',
        ],
        link: { page: 'reset-password', token },
        after: [
          `The link works once, for ${LINK_MINUTES} minutes. If it was not you, do nothing: your password stays as it is.`,
        ],
        minutes: LINK_MINUTES,
      });
    });
  }

  /**
   * Sets another password and ends every session of the member. The link does not work again.
   * @throws ProblemError `link-not-valid`, `unavailable`
   */
  async reset({ token, newPassword, address }: { token: string; newPassword: string; address: string }) {
    const hash = tokenHash(token);
    const { rowCount } = await this.database.pool.query(
      'select from password_reset where token_hash = $1 and expires_at > now()',
      [hash],
    );
    // Only who has a link makes the machine hash.
    if (rowCount === 0) throw linkNotValid();
    const passwordHash = await this.check.hash(newPassword);
    const member = await this.writes.bySystem(async (tx) => {
      const { rows } = await tx.query<Member>(
        `with used as (delete from password_reset where token_hash = $1 and expires_at > now() returning member_id)
         update member m set password_hash = $2 from used where m.id = used.member_id
         returning m.id, m.workspace_id, m.full_name, m.email`,
        [hash, passwordHash],
      );
      const changed = rows[0];
      if (!changed) throw linkNotValid();
      await tx.query('delete from member_session where member_id = $1', [changed.id]);
      const who = { memberId: changed.id, workspaceId: changed.workspace_id };
      await record(
        tx,
        { ...who, fullName: changed.full_name, email: changed.email },
        {
          name: 'Passwords_reset',
          summary: 'Set a new password by a mailed link',
          subject: changed.full_name,
          details: {},
          address,
          via: 'link',
          recorded: false,
        },
      );
      return changed;
    });
    // Whoever was locked out by others' attempts may sign in now.
    await this.limits.succeeded(member.email, address);
  }
}

function linkNotValid(): ProblemError {
  return new ProblemError(
    'link-not-valid',
    'It was used already, replaced by a newer one, or is too old. Ask for another one.',
  );
}
