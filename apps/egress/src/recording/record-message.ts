import type { MessageEvent } from '@waypost/contracts';
import { jidKind, uuidv7 } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import { recordDirectChat, recordGroupChat, type ChatChanges, type RecordedChat } from './chats.js';
import { personJids, recordContact } from './contacts.js';
import type { RecordedAccount } from './recorded-account.js';

/** Where a message stands: its chat, and who wrote it when that was not the account itself. */
interface Place {
  chat: RecordedChat;
  senderContactId?: string;
}

/**
 * Records a message that was received, or sent from the owner's phone, with the chat and the people it belongs to.
 * @returns the new message's id; undefined when it was recorded before, or belongs to no chat (status updates, channels)
 */
export async function recordMessage(
  tx: Sql,
  account: RecordedAccount,
  event: MessageEvent,
  changes: ChatChanges,
): Promise<string | undefined> {
  const place = await findPlace(tx, account, event, changes);
  if (!place) return undefined;
  const id = uuidv7();
  const at = new Date(event.timestamp * 1000);
  const { rows } = await tx.query(
    `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, kind, text,
       sender_contact_id, state, opens_chat, message_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (account_id, key_id, chat_id) do nothing
     returning id`,
    [
      id,
      account.workspaceId,
      account.id,
      place.chat.id,
      event.keyId,
      event.fromMe ? 'sent' : 'received',
      event.fromMe ? 'phone' : 'contact',
      event.content,
      event.text,
      place.senderContactId ?? null,
      event.fromMe ? 'sent' : 'received',
      place.chat.opened,
      at,
    ],
  );
  if (rows.length === 0) return undefined;
  changes.messageAt(place.chat.id, at);
  return id;
}

async function findPlace(
  tx: Sql,
  account: RecordedAccount,
  event: MessageEvent,
  changes: ChatChanges,
): Promise<Place | undefined> {
  const sender = event.fromMe ? [] : personJids([event.senderJid, event.senderAltJid]);
  const pushName = event.fromMe ? undefined : event.pushName;
  if (jidKind(event.chatJid) === 'group') {
    const chat = await recordGroupChat(tx, account, event.chatJid);
    if (sender.length === 0) return { chat };
    const author = await recordContact(tx, account, { jids: sender, pushName });
    if (author.chat && author.chat.name !== author.displayName)
      changes.rename(author.chat.id, author.displayName);
    return { chat, senderContactId: author.id };
  }
  const jids = personJids([event.chatJid, event.chatAltJid, ...sender]);
  if (jids.length === 0) return undefined;
  const contact = await recordContact(tx, account, { jids, pushName });
  const chat = await recordDirectChat(tx, account, contact);
  if (contact.chat && contact.chat.name !== contact.displayName) changes.rename(chat.id, contact.displayName);
  return { chat, senderContactId: event.fromMe ? undefined : contact.id };
}
