import { Injectable } from '@nestjs/common';
import { newSecretToken } from '@waypost/kernel';
import { Database, tokenHash } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import { SESSION_DAYS } from '../access/session-cookie.js';
import { ProblemError } from '../http/problem.js';
import { accountLimit, addressLimit, AttemptLimits } from '../limits/attempt-limits.js';
import { PasswordCheck } from '../passwords/password-check.js';
import { Writes } from '../writing/writes.js';

/** Browser sessions: starts one for an e-mail and its password, ends one. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
    private readonly limits: AttemptLimits,
    private readonly passwords: PasswordCheck,
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
    await this.limits.admit(accountLimit(email), addressLimit(attempt.address));
    const memberId = await this.findMember(email, attempt.password);
    if (memberId === undefined) {
      throw new ProblemError('wrong-credentials', 'There is no member with this e-mail and password.');
    }
    await this.limits.succeeded(email, attempt.address);
    return { token: await this.writes.bySystem((tx) => openSession(tx, memberId)), memberId };
  }

  async end(sessionHash: Buffer): Promise<void> {
    await this.writes.bySystem((tx) =>
      tx.query('delete from member_session where token_hash = $1', [sessionHash]),
    );
  }

  private async findMember(email: string, password: string): Promise<string | undefined> {
    const { rows } = await this.database.pool.query<{ id: string; password_hash: string | null }>(
      'select id, password_hash from member where lower(email) = lower($1)',
      [email],
    );
    return (await this.passwords.matches(password, rows[0]?.password_hash)) ? rows[0]?.id : undefined;
  }
}

/** @returns the token of a new session, for the cookie */
export async function openSession(tx: PoolClient, memberId: string): Promise<string> {
  const token = newSecretToken();
  await tx.query(
    `with gone as (delete from member_session where member_id = $2 and expires_at <= now())
     insert into member_session (token_hash, member_id, expires_at)
     values ($1, $2, now() + $3 * interval '1 day')`,
    [tokenHash(token), memberId, SESSION_DAYS],
  );
  return token;
}
