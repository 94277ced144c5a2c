import { Injectable } from '@nestjs/common';
import { newSecretToken } from '@waypost/kernel';
import { Database, hashPassword, tokenHash, verifyPassword } from '@waypost/persistence';
import { SESSION_DAYS } from '../access/session-cookie.js';
import type { Caller } from '../access/caller.js';
import { invalidField, ProblemError } from '../http/problem.js';
import { SignInLimits } from './sign-in-limits.js';

/** Each verification takes 19 MiB and a thread for some 50 ms; more at once only wait in line. */
const MAX_VERIFYING = 32;

/** Browser sessions: starts one for an e-mail and its password, ends one. */
@Injectable()
export class SignIn {
  /** What an unknown e-mail is checked against, so that it takes as long as a known one. */
  private readonly nobody = hashPassword(newSecretToken());
  private verifying = 0;

  constructor(
    private readonly database: Database,
    private readonly limits: SignInLimits,
  ) {}

  /**
   * @returns the session's token, for the cookie, and whom it signs in
   * @throws ProblemError `wrong-credentials`, `too-many-attempts`, `unavailable`
   */
  async start(attempt: {
    email: string;
    password: string;
    address: string;
  }): Promise<{ token: string; memberId: string }> {
    const email = attempt.email.trim();
    const wait = this.limits.admit(email, attempt.address);
    if (wait !== undefined) throw tooMany(wait);
    const memberId = await this.findMember(email, attempt.password);
    if (memberId === undefined) {
      throw new ProblemError('wrong-credentials', 'There is no member with this e-mail and password.');
    }
    this.limits.succeeded(email, attempt.address);
    return { token: await this.open(memberId), memberId };
  }

  /**
   * Sets another password and ends every session of the member but the caller's.
   * @throws ProblemError `invalid-request` for a wrong current password, `too-many-attempts`, `unavailable`
   */
  async changePassword(
    caller: Caller,
    change: { currentPassword: string; newPassword: string; address: string },
  ): Promise<void> {
    const wait = this.limits.admit(caller.memberId, change.address);
    if (wait !== undefined) throw tooMany(wait);
    const { pool } = this.database;
    const { rows } = await pool.query<{ password_hash: string | null }>(
      'select password_hash from member where id = $1',
      [caller.memberId],
    );
    const known = rows[0]?.password_hash ?? (await this.nobody);
    if (!(await this.verify(change.currentPassword, known))) {
      throw invalidField('currentPassword', 'currentPassword is not the password of this member');
    }
    this.limits.succeeded(caller.memberId, change.address);
    await pool.query(
      `with changed as (update member set password_hash = $2 where id = $1)
       delete from member_session where member_id = $1 and token_hash is distinct from $3`,
      [caller.memberId, await hashPassword(change.newPassword), caller.sessionHash ?? null],
    );
  }

  async end(sessionHash: Buffer): Promise<void> {
    await this.database.pool.query('delete from member_session where token_hash = $1', [sessionHash]);
  }

  private async findMember(email: string, password: string): Promise<string | undefined> {
    const { rows } = await this.database.pool.query<{ id: string; password_hash: string | null }>(
      'select id, password_hash from member where lower(email) = lower($1)',
      [email],
    );
    const hash = rows[0]?.password_hash ?? (await this.nobody);
    return (await this.verify(password, hash)) ? rows[0]?.id : undefined;
  }

  private async verify(password: string, hash: string): Promise<boolean> {
    if (this.verifying >= MAX_VERIFYING) {
      throw new ProblemError('unavailable', 'Too many people sign in right now. Try again in a moment.', {
        retryAfterSeconds: 1,
      });
    }
    this.verifying += 1;
    try {
      return await verifyPassword(password, hash);
    } finally {
      this.verifying -= 1;
    }
  }

  private async open(memberId: string): Promise<string> {
    const token = newSecretToken();
    await this.database.pool.query(
      `with gone as (delete from member_session where member_id = $2 and expires_at <= now())
       insert into member_session (token_hash, member_id, expires_at)
       values ($1, $2, now() + $3 * interval '1 day')`,
      [tokenHash(token), memberId, SESSION_DAYS],
    );
    return token;
  }
}

function tooMany(waitSeconds: number): ProblemError {
  return new ProblemError('too-many-attempts', `Try again in ${waitSeconds} seconds.`, {
    retryAfterSeconds: waitSeconds,
  });
}
