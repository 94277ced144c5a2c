import type { Sql } from '@waypost/lanes';

/** What the settle of a send lane writes to its message. */
export type MessageOutcome =
  | { kind: 'sent'; messageId: string }
  /** It waits: its account is not connected. */
  | { kind: 'waiting'; messageId: string }
  /** It will never be sent; what it cost is given back. */
  | ({ kind: 'failed' } & Failure);

/** A message that will never be sent, and why: a code for programs, a sentence for people. */
export interface Failure {
  messageId: string;
  workspaceId: string;
  code: string;
  reason: string;
}

type Failed = Extract<MessageOutcome, { kind: 'failed' }>;

/**
 * Accepting a message locks the balance before chats and lanes; so does refunding one, or the two could wait for each other.
 * Call it first in each transaction that fails messages.
 */
export async function lockBalances(tx: Sql, workspaceIds: readonly string[]): Promise<void> {
  if (workspaceIds.length === 0) return;
  await tx.query(
    `select from credit_balance where workspace_id = any($1::uuid[]) order by workspace_id for no key update`,
    [[...new Set(workspaceIds)]],
  );
}

/**
 * States only move forward, and failure is final, whatever comes late.
 * @returns the credits given back
 */
export async function writeMessageOutcomes(tx: Sql, outcomes: readonly MessageOutcome[]): Promise<number> {
  const ids = (kind: MessageOutcome['kind']) =>
    outcomes.filter((outcome) => outcome.kind === kind).map(({ messageId }) => messageId);
  await move(tx, 'sent', ['queued', 'sending'], ids('sent'));
  await move(tx, 'queued', ['sending'], ids('waiting'));
  return failAndRefund(
    tx,
    outcomes.filter((outcome): outcome is Failed => outcome.kind === 'failed'),
  );
}

async function move(tx: Sql, to: string, from: string[], ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(`update message set state = $1 where id = any($2::uuid[]) and state = any($3::text[])`, [
    to,
    ids,
    from,
  ]);
}

/**
 * Fails the messages that are neither sent nor failed, and gives back what they cost, in the same statement; the ledger's unique key
 * makes it once for ever. What came from the month's allowance goes back there. The text that follows its file was paid for by
 * the file's message; what it cost goes to the granted credits. Lock the balances before.
 *
 * @returns the credits given back
 */
export async function failAndRefund(tx: Sql, failures: readonly Failure[]): Promise<number> {
  if (failures.length === 0) return 0;
  const { rows } = await tx.query(
    `with failed as (
       update message m set state = 'failed', failure_code = f.code, failure_reason = f.reason
       from unnest($1::uuid[], $2::text[], $3::text[]) as f(id, code, reason)
       where m.id = f.id and m.state in ('queued', 'sending')
       returning m.id, m.workspace_id, m.cost
     ), owed as (
       select id, workspace_id, cost,
         least(cost, coalesce((
           select e.from_allowance from credit_entry e where e.message_id = failed.id and e.reason = 'charge'
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
    [failures.map((f) => f.messageId), failures.map((f) => f.code), failures.map((f) => f.reason)],
  );
  return rows.reduce((sum, row) => sum + row.credits, 0);
}
