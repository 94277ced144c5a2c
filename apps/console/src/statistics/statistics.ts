import { Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { invalidField } from '../http/problem.js';
import { lastDays } from './day-range.js';
import type {
  CreditStatisticsResource,
  DaysQuery,
  MessageStatisticsQuery,
  MessageStatisticsResource,
} from './statistics-resource.js';

const MOST_ACCOUNTS = 100;
const UNKNOWN_ZONE = '22023';

/**
 * What each account counted on each day `d`: one range of the index by account and time each, so nothing is sorted. $1 workspace, $2 zone,
 * $3 first day, $4 last day, $5 the only account or null.
 */
const countedBy = (counts: string) => `
  from account a
  cross join generate_series($3::date::timestamp, $4::date::timestamp, interval '1 day') d
  cross join lateral (
    select ${counts} from (
      select m.direction, m.state, m.cost, m.origin in ('webhook', 'console') as ours from message m
      where m.account_id = a.id
        and m.message_at >= d at time zone $2 and m.message_at < (d + interval '1 day') at time zone $2
    ) m
  ) c
  where a.workspace_id = $1 and ($5::uuid is null or a.id = $5)`;

const MESSAGES = countedBy(`
  count(*) filter (where m.direction = 'received') as received,
  count(*) filter (where m.direction = 'sent') as sent,
  count(*) filter (where m.ours and m.state in ('delivered', 'read')) as delivered,
  count(*) filter (where m.ours and m.state = 'failed') as failed,
  count(*) filter (where m.ours and m.state in ('queued', 'sending', 'sent')) as underway`);

const USE = countedBy(`sum(m.cost) filter (where m.state <> 'failed') as used`);

interface CountRow {
  day: string | null;
  id: string | null;
  phone: string | null;
  received: number;
  sent: number;
  delivered: number;
  failed: number;
  underway: number;
}

interface CreditRow {
  /** Null: the row with the balance. */
  day: string | null;
  used: number;
  added: number;
  balance: number;
}

const NONE = { received: 0, sent: 0, delivered: 0, failed: 0, underway: 0 };

/** How much there was each day, counted when somebody looks. */
@Injectable()
export class Statistics {
  constructor(private readonly database: Database) {}

  /** @throws ProblemError `not-found`, `invalid-request` when Postgres does not know the zone */
  async messages(caller: Caller, query: MessageStatisticsQuery): Promise<MessageStatisticsResource> {
    if (query.accountId !== undefined) await this.requireAccount(caller, query.accountId);
    const days = lastDays(new Date(), query.timeZone, query.days);
    const rows = await this.query<CountRow>(
      caller,
      query,
      days,
      `select d::date::text as day, a.id, a.phone, sum(c.received)::int as received, sum(c.sent)::int as sent,
         sum(c.delivered)::int as delivered, sum(c.failed)::int as failed, sum(c.underway)::int as underway
       ${MESSAGES}
       group by grouping sets ((d), (a.id, a.phone))
       having sum(c.received) + sum(c.sent) > 0`,
    );
    const counts = ({ received, sent, delivered, failed, underway }: CountRow) => ({
      received,
      sent,
      delivered,
      failed,
      underway,
    });
    const byDay = new Map(rows.flatMap((row) => (row.day === null ? [] : [[row.day, counts(row)]])));
    const accounts = rows
      .filter((row): row is CountRow & { id: string } => row.id !== null)
      .map((row) => ({ id: row.id, phone: row.phone, ...counts(row) }))
      .sort((one, other) => other.received + other.sent - one.received - one.sent)
      .slice(0, MOST_ACCOUNTS);
    return { days: days.map((day) => ({ day, ...(byDay.get(day) ?? NONE) })), accounts };
  }

  /**
   * The balance of each day follows from that of now, going back.
   * @throws ProblemError `invalid-request` when Postgres does not know the zone
   */
  async credits(caller: Caller, query: DaysQuery): Promise<CreditStatisticsResource> {
    const days = lastDays(new Date(), query.timeZone, query.days);
    const rows = await this.query<CreditRow>(
      caller,
      query,
      days,
      `select d::date::text as day, sum(c.used)::int as used, 0 as added, 0 as balance ${USE}
       group by d having sum(c.used) > 0
       union all
       select (e.created_at at time zone $2)::date::text, 0, sum(e.delta)::int, 0 from credit_entry e
       where e.workspace_id = $1 and e.reason in ('grant', 'allowance', 'expiry')
         and e.created_at >= $3::date::timestamp at time zone $2
       group by 1
       union all
       select null, 0, 0, balance from credit_balance where workspace_id = $1`,
    );
    let left = rows.find(({ day }) => day === null)?.balance ?? 0;
    const sum = (field: 'used' | 'added', day: string) =>
      rows.reduce((total, row) => (row.day === day ? total + row[field] : total), 0);
    const newestFirst = days.toReversed().map((day) => {
      const [used, added] = [sum('used', day), sum('added', day)];
      const known = { day, used, added, left: Math.max(0, left) };
      left += used - added;
      return known;
    });
    return { days: newestFirst.reverse() };
  }

  private async requireAccount({ workspaceId }: Caller, id: string): Promise<void> {
    const { rows } = await this.database.pool.query(
      'select from account where workspace_id = $1 and id = $2',
      [workspaceId, id],
    );
    if (!rows[0]) throw noSuch('account');
  }

  private async query<Row extends object>(
    { workspaceId }: Caller,
    { timeZone, accountId }: DaysQuery & { accountId?: string },
    days: string[],
    sql: string,
  ): Promise<Row[]> {
    const values = [workspaceId, timeZone, days[0], days.at(-1), accountId ?? null];
    try {
      return (await this.database.pool.query<Row>(sql, values)).rows;
    } catch (error) {
      if ((error as { code?: string }).code !== UNKNOWN_ZONE) throw error;
      throw invalidField('timeZone', 'timeZone must be the name of a time zone that Postgres knows');
    }
  }
}
