import { Injectable } from '@nestjs/common';
import { PeriodicSweep } from '@waypost/platform';
import { ConsoleConfig } from '../console.config.js';
import { Writes } from '../writing/writes.js';

const ROWS = 1_000;

/** Deletes what is over: sessions, links and their mails, windows of limits, and old entries of the audit log. */
@Injectable()
export class AccessSweep extends PeriodicSweep {
  constructor(
    private readonly writes: Writes,
    private readonly config: ConsoleConfig,
  ) {
    super('access');
  }

  protected batch(): Promise<number> {
    return this.writes.bySystem(async (tx) => {
      const { auditKeptDays } = this.config;
      const { rows } = await tx.query<{ gone: number }>(
        `with sessions as (
           delete from member_session where token_hash in (
             select token_hash from member_session where expires_at <= now() limit ${ROWS} for update skip locked
           ) returning 1
         ), resets as (
           delete from password_reset where member_id in (
             select member_id from password_reset where expires_at <= now() limit ${ROWS} for update skip locked
           ) returning 1
         ), mails as (
           delete from mail where id in (
             select id from mail where expires_at <= now() and kind = 'password_reset' limit ${ROWS} for update skip locked
           ) returning 1
         ), windows as (
           delete from attempt_window where key in (
             select key from attempt_window where ends_at <= now() limit ${ROWS} for update skip locked
           ) returning 1
         ), entries as (
           delete from audit_entry where id in (
             select id from audit_entry where at < now() - make_interval(days => $1)
             order by at limit ${ROWS} for update skip locked
           ) returning 1
         )
         select count(*)::integer as gone from (
           select from sessions union all select from resets union all select from mails
           union all select from windows union all select from entries
         ) all_of_them`,
        [auditKeptDays],
      );
      return rows[0]!.gone;
    });
  }
}
