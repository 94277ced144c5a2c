import { Injectable } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { uuidv7Bound } from '@waypost/kernel';
import { forget } from '@waypost/lanes';
import { PeriodicSweep } from '@waypost/platform';
import { ConsoleConfig } from '../console.config.js';
import { forgetMails } from '../mails/link-mails.js';
import { Writes } from '../writing/writes.js';

const ROWS = 1_000;
const LANES_KEPT_MS = 2 * 24 * 3_600_000;

/** Deletes what is over: sessions, links and their mails, lanes of mails, windows of limits, and old entries of the audit log. */
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
           select from sessions union all select from resets union all select from windows union all select from entries
         ) all_of_them`,
        [auditKeptDays],
      );
      const { rows: mails } = await tx.query<{ id: string }>(
        `select id from mail where kind = 'password_reset' and expires_at <= now() limit ${ROWS} for update skip locked`,
      );
      await forgetMails(
        tx,
        mails.map(({ id }) => id),
      );
      // A mail has a lane of its own, which is empty when it is sent or given up.
      const lanes = await forget(tx, laneKinds.mail, uuidv7Bound(Date.now() - LANES_KEPT_MS), ROWS);
      return rows[0]!.gone + mails.length + lanes;
    });
  }
}
