import type { OutgoingState } from '@waypost/kernel';
import type { Outcome, Sql } from '@waypost/lanes';
import { failureReason } from './failure-reasons.js';

/** What the settle of a send lane writes to its message. */
export type MessageOutcome =
  | { kind: 'sent'; messageId: string }
  /** Nothing of it left; it is as if it had not been tried. */
  | { kind: 'waiting'; messageId: string }
  /** It may have left, and nothing of it is in flight any more. */
  | { kind: 'unknown'; messageId: string }
  /** It left the lane, to come back later. */
  | { kind: 'held'; messageId: string; chatId: string; hold: 'new_chats_locked' | 'behind' }
  /** It will never be sent; what it cost is given back. */
  | Failed;

/** WhatsApp told an account to write to known contacts only. */
export interface NewChatsLock {
  accountId: string;
  until: Date;
}

/** A message that will never be sent, and why: a code for programs, a sentence for people. */
export interface Failure {
  messageId: string;
  workspaceId: string;
  code: string;
  reason: string;
}

export interface Failed extends Failure {
  kind: 'failed';
  newChatsLock?: NewChatsLock;
}

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

/** Locks what the outcomes write, in the order in which everybody does: balances, accounts, messages, chats; lanes follow. */
export async function lockForOutcomes(tx: Sql, outcomes: readonly MessageOutcome[]): Promise<void> {
  await lockBalances(
    tx,
    only(outcomes, 'failed').map(({ workspaceId }) => workspaceId),
  );
  const accounts = newChatsLocks(outcomes).map(({ accountId }) => accountId);
  if (accounts.length > 0) {
    await tx.query(`select from account where id = any($1::uuid[]) order by id for no key update`, [
      accounts,
    ]);
  }
  await tx.query(`select from message where id = any($1::uuid[]) order by id for no key update`, [
    outcomes.map(({ messageId }) => messageId),
  ]);
  const chats = only(outcomes, 'held').map(({ chatId }) => chatId);
  if (chats.length > 0) {
    await tx.query(`select from chat where id = any($1::bigint[]) order by id for no key update`, [chats]);
  }
}

/**
 * States only move forward, and failure is final, whatever comes late.
 * @returns the credits given back
 */
export async function writeMessageOutcomes(tx: Sql, outcomes: readonly MessageOutcome[]): Promise<number> {
  const write = (set: string, from: readonly OutgoingState[], ones: readonly { messageId: string }[]) =>
    ones.length > 0 &&
    tx.query(`update message set ${set} where id = any($1::uuid[]) and state = any($2::text[])`, [
      ones.map(({ messageId }) => messageId),
      from,
    ]);
  await write(`state = 'sent'`, ['queued', 'sending'], only(outcomes, 'sent'));
  await write(`state = 'queued', begun_at = null`, ['sending'], only(outcomes, 'waiting'));
  await write(`begun_at = null`, ['sending', 'sent', 'delivered', 'read'], only(outcomes, 'unknown'));
  for (const hold of ['new_chats_locked', 'behind'] as const) {
    const held = only(outcomes, 'held').filter((one) => one.hold === hold);
    await write(`state = 'queued', begun_at = null, hold = '${hold}'`, ['queued', 'sending'], held);
  }
  await lockNewChats(tx, newChatsLocks(outcomes));
  return failAndRefund(tx, only(outcomes, 'failed'));
}

async function lockNewChats(tx: Sql, locks: readonly NewChatsLock[]): Promise<void> {
  if (locks.length === 0) return;
  await tx.query(
    `update account a set new_chats_locked_until = l.until
     from unnest($1::uuid[], $2::timestamptz[]) as l(id, until) where a.id = l.id`,
    [locks.map(({ accountId }) => accountId), locks.map(({ until }) => until)],
  );
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
    [failures.map((f) => f.messageId), failures.map((f) => f.code), failures.map((f) => f.reason)],
  );
  return rows.reduce((sum, row) => sum + row.credits, 0);
}

/** @param told the sentence that came with the code, if any */
export function failure(
  { id, workspaceId }: { id: string; workspaceId: string },
  code: string,
  told?: string,
): Failed {
  return { kind: 'failed', messageId: id, workspaceId, code, reason: failureReason(code, told) };
}

export function waiting({ id }: { id: string }, afterMs: number): Outcome<MessageOutcome> {
  return { result: 'retry', afterMs, apply: { kind: 'waiting', messageId: id } };
}

function only<K extends MessageOutcome['kind']>(
  outcomes: readonly MessageOutcome[],
  kind: K,
): Extract<MessageOutcome, { kind: K }>[] {
  return outcomes.filter((one): one is Extract<MessageOutcome, { kind: K }> => one.kind === kind);
}

function newChatsLocks(outcomes: readonly MessageOutcome[]): NewChatsLock[] {
  return only(outcomes, 'failed').flatMap(({ newChatsLock }) => newChatsLock ?? []);
}
