import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { failAndRefund, lockBalances } from '@waypost/persistence';
import type { Settled, Settlement, SettleTransaction, Sql } from '@waypost/lanes';
import type { ContentDescription } from './describe-content.js';
import { decideMessage, mayFailMessages, type WaitingMessage } from './decide-message.js';
import type { FileVerdict } from './file-verdict.js';

/** What the settle of a fetch lane writes. */
export type FileOutcome =
  /** The file's state is known, now or since long: its waiting messages are decided. */
  | { kind: 'verdict'; fileId: string; workspaceId: string; verdict: FileVerdict; stored?: StoredContent }
  /** A fetch failed and is tried again. */
  | { kind: 'failed_try'; fileId: string };

/** What was put into the attachment store just now. */
export interface StoredContent extends ContentDescription {
  size: number;
  sha256: Buffer;
}

type Verdict = Extract<FileOutcome, { kind: 'verdict' }>;

/**
 * Most messages of one file that one settle decides. Each message brought an item to its file's lane, so the items behind decide
 * about the rest.
 */
const MOST_MESSAGES = 1_000;

/**
 * Writes what became of files, and in the same transaction decides about the messages that waited for them: they fail and are refunded, or
 * go on to their accounts' lanes as far as their chats let them.
 */
export class FileSettlement implements SettleTransaction<FileOutcome> {
  /** What each transaction in progress found waiting, under its locks. */
  private readonly waiting = new WeakMap<Sql, WaitingMessage[]>();

  /** @param refunded is told the credits given back */
  constructor(private readonly refunded: (credits: number) => void) {}

  /** Balances, then chats; the lanes follow. */
  async lockFirst(tx: Sql, settlements: readonly Settlement<FileOutcome>[]): Promise<void> {
    const verdicts = verdictsOf(settlements);
    await lockBalances(
      tx,
      verdicts.filter(({ verdict }) => mayFailMessages(verdict)).map(({ workspaceId }) => workspaceId),
    );
    this.waiting.set(tx, verdicts.length > 0 ? await lockWaiting(tx, verdicts) : []);
  }

  async apply(tx: Sql, settled: readonly Settled<FileOutcome>[]): Promise<void> {
    const verdicts = verdictsOf(settled);
    await writeFiles(tx, verdicts);
    await countFailedTries(tx, settled);
    const byFile = new Map(verdicts.map(({ fileId, verdict }) => [fileId, verdict]));
    const waiting = (this.waiting.get(tx) ?? []).filter(({ fileId }) => byFile.has(fileId));
    if (waiting.length === 0) return;
    const decided = waiting.map((message) => ({
      message,
      decision: decideMessage(byFile.get(message.fileId)!, message),
    }));
    const failures = decided.flatMap(({ message, decision }) =>
      decision.kind === 'failed' ? { messageId: message.id, ...message, ...decision } : [],
    );
    this.refunded(await failAndRefund(tx, failures));
    const ready = decided
      .filter(({ decision }) => decision.kind === 'ready')
      .map(({ message }) => message.id);
    await tx.query(
      `update message m set hold = 'behind', kind = coalesce(f.kind, m.kind)
       from file f where f.id = m.file_id and m.id = any($1::uuid[]) and m.hold = 'file' and m.state = 'queued'`,
      [ready],
    );
    await letTextsFollow(
      tx,
      decided.flatMap(({ message, decision }) =>
        decision.kind === 'ready' && decision.textFollows ? message.id : [],
      ),
    );
    const chats = [...new Set(waiting.map(({ chatId }) => chatId))];
    await tx.query('select message_release($1::bigint[])', [chats]);
  }
}

function verdictsOf(settlements: readonly Settlement<FileOutcome>[]): Verdict[] {
  return settlements.flatMap(({ outcome }) => (outcome.apply?.kind === 'verdict' ? outcome.apply : []));
}

async function lockChats(tx: Sql, files: readonly string[]): Promise<{ id: string; merged: boolean }[]> {
  const { rows } = await tx.query(
    `select id, merged_into is not null as merged from chat where id in (
       select waiting.chat_id from unnest($1::uuid[]) as f(id) cross join lateral (
         select m.chat_id from message m
         where m.file_id = f.id and m.hold = 'file' and m.state = 'queued'
         order by m.message_at, m.id limit $2
       ) waiting
     )
     order by id for no key update`,
    [files, MOST_MESSAGES],
  );
  return rows;
}

/** Locks the chats of the waiting messages, then reads these: those that came to other chats meanwhile have items behind this one. */
async function lockWaiting(tx: Sql, verdicts: readonly Verdict[]): Promise<WaitingMessage[]> {
  const files = verdicts.map(({ fileId }) => fileId);
  const chats = await lockChats(tx, files);
  // One that was waited for has become part of another chat: its messages are there now.
  if (chats.some(({ merged }) => merged)) chats.push(...(await lockChats(tx, files)));
  if (chats.length === 0) return [];
  const { rows } = await tx.query(
    `select id, workspace_id as "workspaceId", file_id as "fileId", chat_id as "chatId", text, file_name as "fileName"
     from message
     where file_id = any($1::uuid[]) and hold = 'file' and state = 'queued' and chat_id = any($2::bigint[])`,
    [files, chats.map(({ id }) => id)],
  );
  return rows;
}

async function writeFiles(tx: Sql, verdicts: readonly Verdict[]): Promise<void> {
  for (const { fileId, verdict, stored } of verdicts) {
    if (stored) {
      await tx.query(
        `update file set state = 'stored', kind = $2, mime_type = $3, is_web_page = $4, size = $5, sha256 = $6, fetched_at = now()
         where id = $1 and state = 'waiting'`,
        [fileId, stored.kind, stored.mimeType, stored.isWebPage, stored.size, stored.sha256],
      );
    } else if (verdict.state === 'failed') {
      await tx.query(
        `update file set state = 'failed', failure_code = $2, failure_reason = $3 where id = $1 and state = 'waiting'`,
        [fileId, verdict.code, verdict.reason],
      );
    }
  }
}

async function countFailedTries(tx: Sql, settled: readonly Settled<FileOutcome>[]): Promise<void> {
  const ids = settled.flatMap(({ outcome }) =>
    outcome.apply?.kind === 'failed_try' ? outcome.apply.fileId : [],
  );
  if (ids.length === 0) return;
  await tx.query('update file set attempts = attempts + 1 where id = any($1::uuid[])', [ids]);
}

/** Takes the text from each message and makes it the next of the chat, at half of what both cost. */
async function letTextsFollow(tx: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `with texts as (
       select m.id, m.text, m.cost, n.id as next_id, n.key_id as next_key_id
       from unnest($1::uuid[], $2::uuid[], $3::text[]) as n(of, id, key_id)
       join message m on m.id = n.of
       where m.hold = 'behind' and m.state = 'queued' and m.text <> ''
     ), files as (
       update message m set text = '', cost = t.cost - t.cost / 2 from texts t where m.id = t.id
       returning m.*
     )
     insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, kind, text, sender_member_id, recipient_jid,
       state, cost, message_at, created_at, expires_at, hold)
     select t.next_id, f.workspace_id, f.account_id, f.chat_id, t.next_key_id, f.direction, f.origin, 'text', t.text,
       f.sender_member_id, f.recipient_jid, 'queued', t.cost / 2, f.message_at + interval '1 microsecond', f.created_at, f.expires_at, 'behind'
     from texts t join files f on f.id = t.id`,
    [ids, ids.map(() => uuidv7()), ids.map(() => newWaKeyId())],
  );
}
