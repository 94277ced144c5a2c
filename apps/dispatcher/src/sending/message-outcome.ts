import { failureReason, type OutgoingState } from '@waypost/kernel';
import type { Outcome, Sql } from '@waypost/lanes';
import { failAndRefund, lockBalances, type Failure } from '@waypost/persistence';

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

export interface Failed extends Failure {
  kind: 'failed';
  newChatsLock?: NewChatsLock;
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
  const held = only(outcomes, 'held').map(({ messageId }) => messageId);
  if (held.length > 0) {
    // The chats that they are in by now: two chats may have become one, and their messages are locked.
    await tx.query(
      `select from chat where id in (select chat_id from message where id = any($1::uuid[])) order by id for no key update`,
      [held],
    );
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
