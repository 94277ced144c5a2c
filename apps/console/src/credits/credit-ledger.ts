import { Injectable } from '@nestjs/common';
import { publicMessageId } from '@waypost/kernel';
import { Database, type CreditReason } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { ProblemError } from '../http/problem.js';
import { Writes } from '../writing/writes.js';
import type { CreditEntryResource, CreditsResource } from './credit-resource.js';

/** Refunds and the next allowance must still fit into the balance's column, a 32-bit integer. */
const MOST_BALANCE = 2_000_000_000;

interface EntryRow {
  id: string;
  delta: number;
  balance: number;
  reason: CreditReason;
  key_id: string | null;
  note: string | null;
  created_at: Date;
}

/** A workspace's credits. The balance is the sum of the ledger: both change in one transaction, under the balance's row lock. */
@Injectable()
export class CreditLedger {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
  ) {}

  async read(caller: Caller): Promise<CreditsResource> {
    const { rows } = await this.database.pool.query<CreditsResource>(
      `select balance, allowance as "monthlyAllowance", allowance_left as "allowanceLeft",
         allowance_renews_at as "allowanceRenewsAt"
       from credit_balance where workspace_id = $1`,
      [caller.workspaceId],
    );
    return rows[0] ?? { balance: 0, monthlyAllowance: 0, allowanceLeft: 0, allowanceRenewsAt: null };
  }

  /** @throws ProblemError `too-many-credits` */
  async setAllowance(caller: Caller, amount: number): Promise<CreditsResource> {
    await this.writes.byMember(caller, async (tx) => {
      const { rowCount } = await tx.query(
        `update credit_balance set allowance = $2::integer,
           -- The first one is due now, and comes with the renewal below.
           allowance_renews_at = case when $2::integer > 0 then coalesce(allowance_renews_at, now()) else allowance_renews_at end
         where workspace_id = $1 and balance <= $3::integer - $2::integer`,
        [caller.workspaceId, amount, MOST_BALANCE],
      );
      if (rowCount === 0) throw tooManyCredits();
      await tx.query('select credit_renew(array[$1::uuid])', [caller.workspaceId]);
    });
    return this.read(caller);
  }

  /** Newest first. */
  async list(caller: Caller, query: PageQuery): Promise<Page<CreditEntryResource>> {
    const [before] = readCursor(query.cursor, [cursorParts.bigint]);
    const { rows } = await this.database.pool.query<EntryRow>(
      `select e.id, e.delta, e.balance, e.reason, m.key_id, e.note, e.created_at
       from credit_entry e left join message m on m.id = e.message_id
       where e.workspace_id = $1 and ($2::bigint is null or e.id < $2)
       order by e.id desc limit $3`,
      [caller.workspaceId, before, query.limit + 1],
    );
    return toPage(rows, query.limit, toResource, (row) => [row.id]);
  }

  /** @throws ProblemError `too-many-credits` */
  grant(caller: Caller, grant: { amount: number; note?: string }): Promise<CreditEntryResource> {
    const { workspaceId } = caller;
    const { amount, note } = grant;
    return this.writes.byMember(caller, async (tx) => {
      const { rows: raised } = await tx.query<{ balance: number }>(
        `update credit_balance set balance = balance + $2::integer
         where workspace_id = $1 and balance <= $3::integer - $2::integer
         returning balance`,
        [workspaceId, amount, MOST_BALANCE],
      );
      const balance = raised[0]?.balance;
      if (balance === undefined) {
        throw tooManyCredits();
      }
      const { rows } = await tx.query<Omit<EntryRow, 'key_id'>>(
        `insert into credit_entry (workspace_id, delta, balance, reason, note) values ($1, $2, $3, 'grant', $4)
         returning id, delta, balance, reason, note, created_at`,
        [workspaceId, amount, balance, note || null],
      );
      return toResource({ ...rows[0]!, key_id: null });
    });
  }
}

function tooManyCredits(): ProblemError {
  return new ProblemError('too-many-credits', `A balance holds at most ${MOST_BALANCE} credits.`);
}

function toResource(row: EntryRow): CreditEntryResource {
  return {
    id: row.id,
    delta: row.delta,
    balance: row.balance,
    reason: row.reason,
    messageId: row.key_id === null ? null : publicMessageId(row.key_id),
    note: row.note,
    createdAt: row.created_at,
  };
}
