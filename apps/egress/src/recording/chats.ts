import type { Sql } from '@waypost/lanes';
import { jidUser } from './contact-name.js';
import type { KnownContact } from './contacts.js';
import type { RecordedAccount } from './recorded-account.js';

export interface RecordedChat {
  id: string;
  /** True when this call made it. */
  opened: boolean;
}

/** The chat of an account with one person, named like them. */
export async function recordDirectChat(
  tx: Sql,
  account: RecordedAccount,
  contact: KnownContact,
): Promise<RecordedChat> {
  if (contact.chat) return { id: contact.chat.id, opened: false };
  const { rows } = await tx.query(
    `insert into chat (workspace_id, account_id, contact_id, name) values ($1, $2, $3, $4)
     on conflict (contact_id) do nothing
     returning id`,
    [account.workspaceId, account.id, contact.id, contact.displayName],
  );
  if (rows[0]) return { id: rows[0].id, opened: true };
  const { rows: existing } = await tx.query('select id from chat where contact_id = $1', [contact.id]);
  return { id: existing[0].id, opened: false };
}

/** The chat of an account with a group. Its subject is not known here: it is called by its id. */
export async function recordGroupChat(
  tx: Sql,
  account: RecordedAccount,
  groupJid: string,
): Promise<RecordedChat> {
  const find = async () => {
    const { rows } = await tx.query('select id from chat where account_id = $1 and group_jid = $2', [
      account.id,
      groupJid,
    ]);
    return rows[0] && { id: rows[0].id as string, opened: false };
  };
  const known = await find();
  if (known) return known;
  const { rows } = await tx.query(
    `insert into chat (workspace_id, account_id, group_jid, name) values ($1, $2, $3, $4)
     on conflict (account_id, group_jid) where group_jid is not null do nothing
     returning id`,
    [account.workspaceId, account.id, groupJid, jidUser(groupJid)],
  );
  return rows[0] ? { id: rows[0].id, opened: true } : (await find())!;
}

/**
 * What a batch changes in chats, written at its end: other transactions (accepting a message) want the same rows, so they are
 * held for as short as can be, and locked in the order of their ids.
 */
export class ChatChanges {
  private readonly changes = new Map<string, { name?: string; lastMessageAt?: Date }>();

  rename(chatId: string, name: string): void {
    this.changes.set(chatId, { ...this.changes.get(chatId), name });
  }

  messageAt(chatId: string, at: Date): void {
    const change = this.changes.get(chatId);
    if (change?.lastMessageAt && change.lastMessageAt >= at) return;
    this.changes.set(chatId, { ...change, lastMessageAt: at });
  }

  async write(tx: Sql): Promise<void> {
    if (this.changes.size === 0) return;
    const ids = [...this.changes.keys()];
    await tx.query('select from chat where id = any($1::bigint[]) order by id for no key update', [ids]);
    await tx.query(
      `update chat set
         name = coalesce(change.name, chat.name),
         last_message_at = greatest(chat.last_message_at, change.at)
       from unnest($1::bigint[], $2::text[], $3::timestamptz[]) as change (id, name, at)
       where chat.id = change.id`,
      [
        ids,
        [...this.changes.values()].map(({ name }) => name ?? null),
        [...this.changes.values()].map(({ lastMessageAt }) => lastMessageAt ?? null),
      ],
    );
  }
}
