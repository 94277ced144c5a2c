import { Injectable } from '@nestjs/common';
import { publicMessageId } from '@waypost/kernel';
import { CreditEntryEntity, Database, type CreditReason } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { ProblemError } from '../http/problem.js';
import type { CreditEntryResource } from './credit-resource.js';

/** The most that Postgres holds in the balance's column. */
const MOST_BALANCE = 2_147_483_647;

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
  constructor(private readonly database: Database) {}

  async balance(caller: Caller): Promise<number> {
    const { rows } = await this.database.pool.query<{ balance: number }>(
      'select balance from credit_balance where workspace_id = $1',
      [caller.workspaceId],
    );
    return rows[0]?.balance ?? 0;
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
    return this.database.transaction(async (tx) => {
      const raised = await tx.query<{ balance: number }[]>(
        `with raised as (
           update credit_balance set balance = balance + $2::integer
           where workspace_id = $1 and balance <= $3::integer - $2::integer
           returning balance
         )
         select balance from raised`,
        [workspaceId, amount, MOST_BALANCE],
      );
      const balance = raised[0]?.balance;
      if (balance === undefined) {
        throw new ProblemError('too-many-credits', `A balance holds at most ${MOST_BALANCE} credits.`);
      }
      const entry = { workspaceId, delta: amount, balance, reason: 'grant', note: note || null } as const;
      const { identifiers } = await tx.insert(CreditEntryEntity, entry);
      const { id, createdAt } = await tx.findOneByOrFail(CreditEntryEntity, { id: identifiers[0]!['id'] });
      return { id, delta: amount, balance, reason: 'grant', messageId: null, note: entry.note, createdAt };
    });
  }
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
