import type { OutgoingState } from '@waypost/kernel';

/** An open transaction. */
interface Transaction {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows are as the statement makes them
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>;
}

/** A message that will never be sent, and why: a code for programs, a sentence for people. */
export interface Failure {
  messageId: string;
  workspaceId: string;
  code: string;
  reason: string;
}

/**
 * Accepting a message locks the balance before chats and lanes; so does refunding one, or the two could wait for each other.
 * Call it first in each transaction that fails messages.
 */
export async function lockBalances(tx: Transaction, workspaceIds: readonly string[]): Promise<void> {
  if (workspaceIds.length === 0) return;
  await tx.query(
    `select from credit_balance where workspace_id = any($1::uuid[]) order by workspace_id for no key update`,
    [[...new Set(workspaceIds)]],
  );
}

/**
 * Fails those of the messages that are in one of the states (by default: neither sent nor failed), and gives back what they cost, in the same statement; the ledger's unique key
 * makes it once for ever. What came from the month's allowance goes back there. The text that follows its file was paid for by
 * the file's message; what it cost goes to the granted credits. Lock the balances before.
 *
 * @returns the credits given back
 */
export async function failAndRefund(
  tx: Transaction,
  failures: readonly Failure[],
  from: readonly OutgoingState[] = ['queued', 'sending'],
): Promise<number> {
  if (failures.length === 0) return 0;
  const { rows } = await tx.query(
    `with failed as (
       update message m set state = 'failed', failure_code = f.code, failure_reason = f.reason
       from unnest($1::uuid[], $2::text[], $3::text[]) as f(id, code, reason)
       where m.id = f.id and m.state = any($4::text[])
       returning m.id, m.workspace_id, m.cost
     ), owed as (
       select id, workspace_id, cost,
         -- Back into this month's allowance, if it came from there.
         least(cost, coalesce((
           select e.from_allowance from credit_entry e join credit_balance b on b.workspace_id = e.workspace_id
           where e.message_id = failed.id and e.reason = 'charge'
             and e.created_at >= b.allowance_renews_at - interval '1 month'
         ), 0)) as to_allowance,
         sum(cost) over (partition by workspace_id order by id) as so_far
       from failed where cost > 0
     ), entries as (
       insert into credit_entry (workspace_id, delta, balance, reason, message_id)
       select o.workspace_id, o.cost, b.balance + o.so_far, 'refund', o.id
       from owed o join credit_balance b using (workspace_id)
       order by o.workspace_id, o.id
     )
     update credit_balance b
     set balance = b.balance + total.owed, allowance_left = b.allowance_left + total.to_allowance
     from (
       select workspace_id, sum(cost) as owed, sum(to_allowance) as to_allowance from owed group by workspace_id
     ) as total
     where b.workspace_id = total.workspace_id
     returning total.owed::integer as credits`,
    [failures.map((f) => f.messageId), failures.map((f) => f.code), failures.map((f) => f.reason), from],
  );
  return rows.reduce((sum, row) => sum + row.credits, 0);
}
