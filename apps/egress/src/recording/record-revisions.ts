import type { DeleteEvent, EditEvent } from '@waypost/contracts';
import type { Sql } from '@waypost/lanes';
import type { Directory } from './directory.js';
import type { RecordedAccount } from './recorded-account.js';
import { peerJids, senderJids } from './seen-addresses.js';

/** A message got another text, or was deleted for everyone. */
export type Revision = { account: RecordedAccount } & (
  { kind: 'edit'; event: EditEvent } | { kind: 'delete'; event: DeleteEvent }
);

interface PlacedRevision {
  accountId: string;
  keyId: string;
  chatId: string;
  fromMe: boolean;
  /** In a group: who revises what they wrote. */
  authorId: string | null;
  /** Null: it is deleted. */
  text: string | null;
  at: Date;
}

/**
 * Follows what authors did to messages of theirs that are recorded: of others nothing is known, and nobody changes what somebody else
 * wrote (an administrator's deletion in a group is not followed). What was collected for the outbound webhook before keeps its text.
 */
export async function recordRevisions(
  tx: Sql,
  directory: Directory,
  revisions: readonly Revision[],
): Promise<void> {
  const latest = new Map<string, PlacedRevision>();
  for (const revision of revisions) {
    const placed = place(directory, revision);
    if (!placed) continue;
    const name = [placed.accountId, placed.chatId, placed.keyId, placed.authorId, placed.fromMe].join(' ');
    // A deleted message has no text any more, whatever is said of it.
    if (latest.get(name)?.text !== null) latest.set(name, placed);
  }
  if (latest.size === 0) return;
  const rows = [...latest.values()];
  await tx.query(
    `update message m set
       text = coalesce(revised.text, ''),
       edited_at = case when revised.text is null then m.edited_at else revised.at end,
       deleted_at = case when revised.text is null then revised.at end
     from unnest($1::uuid[], $2::text[], $3::bigint[], $4::boolean[], $5::bigint[], $6::text[], $7::timestamptz[])
       as revised (account_id, key_id, chat_id, from_me, author_id, text, at)
     where m.account_id = revised.account_id and m.key_id = revised.key_id and m.chat_id = revised.chat_id
       and m.deleted_at is null and (m.direction = 'sent') = revised.from_me
       and (revised.text is null or m.edited_at is null or m.edited_at <= revised.at)
       and (revised.author_id is null or revised.author_id = (
         select coalesce(author.merged_into, author.id) from contact author where author.id = m.sender_contact_id
       ))`,
    [
      rows.map(({ accountId }) => accountId),
      rows.map(({ keyId }) => keyId),
      rows.map(({ chatId }) => chatId),
      rows.map(({ fromMe }) => fromMe),
      rows.map(({ authorId }) => authorId),
      rows.map(({ text }) => text),
      rows.map(({ at }) => at),
    ],
  );
}

function place(directory: Directory, { account, event, kind }: Revision): PlacedRevision | undefined {
  const chat = directory.findChat(account, event.chatJid, peerJids(event));
  if (!chat) return undefined;
  const author =
    chat.groupJid && !event.fromMe ? directory.findContact(account, senderJids(event)) : undefined;
  if (chat.groupJid && !event.fromMe && !author) return undefined;
  return {
    accountId: account.id,
    keyId: event.targetKeyId,
    chatId: chat.id,
    fromMe: event.fromMe,
    authorId: author?.id ?? null,
    text: kind === 'delete' ? null : event.text,
    at: new Date(event.timestamp * 1_000),
  };
}
