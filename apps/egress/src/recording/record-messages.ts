import type { MessageEvent } from '@waypost/contracts';
import { jidKind, uuidv7 } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import type { Chat, Contact } from './directory-entries.js';
import type { Directory } from './directory.js';
import type { RecordedAccount } from './recorded-account.js';
import { peerJids, senderJids } from './seen-addresses.js';

/** A message that was received, or sent from the owner's phone. */
export interface HappenedMessage {
  account: RecordedAccount;
  event: MessageEvent;
}

/** Where a message stands: its chat, and who wrote it when that was not the account itself. */
interface Place {
  chat: Chat;
  opened: boolean;
  sender?: Contact;
}

/** A message with the chat and the people it belongs to. */
export interface PlacedMessage extends HappenedMessage {
  id: string;
  at: Date;
  /** None: it belongs to no chat (status updates, channels). */
  place: Place | undefined;
}

/** Finds the chats and the people, or makes them: write the directory, then the messages. */
export function placeMessages(directory: Directory, messages: readonly HappenedMessage[]): PlacedMessage[] {
  return messages.map((message) => ({
    ...message,
    id: uuidv7(),
    at: new Date(message.event.timestamp * 1_000),
    place: findPlace(directory, message),
  }));
}

/** @returns the ids of those that are new, each at the place of its message; undefined for one that was recorded before, or has no chat */
export async function writeMessages(
  tx: Sql,
  placed: readonly PlacedMessage[],
): Promise<(string | undefined)[]> {
  const rows = placed.flatMap((message) => (message.place ? [{ ...message, place: message.place }] : []));
  if (rows.length === 0) return placed.map(() => undefined);
  const { rows: written } = await tx.query(
    `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, kind, text,
       sender_contact_id, state, opens_chat, message_at)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::bigint[], $11::text[], $12::boolean[], $13::timestamptz[])
     on conflict (account_id, key_id, chat_id) do nothing
     returning id`,
    [
      rows.map(({ id }) => id),
      rows.map(({ account }) => account.workspaceId),
      rows.map(({ account }) => account.id),
      rows.map(({ place }) => place.chat.id),
      rows.map(({ event }) => event.keyId),
      rows.map(({ event }) => (event.fromMe ? 'sent' : 'received')),
      rows.map(({ event }) => (event.fromMe ? 'phone' : 'contact')),
      rows.map(({ event }) => event.content),
      rows.map(({ event }) => event.text),
      rows.map(({ place }) => place.sender?.id ?? null),
      rows.map(({ event }) => (event.fromMe ? 'sent' : 'received')),
      rows.map(({ place }) => place.opened),
      rows.map(({ at }) => at),
    ],
  );
  const fresh = new Set(written.map(({ id }) => id as string));
  for (const { id, at, place } of rows) if (fresh.has(id)) noteTime(place.chat, at);
  return placed.map(({ id }) => (fresh.has(id) ? id : undefined));
}

function noteTime(chat: Chat, at: Date): void {
  if (!chat.lastMessageAt || chat.lastMessageAt < at) chat.lastMessageAt = at;
}

function findPlace(directory: Directory, { account, event }: HappenedMessage): Place | undefined {
  const sender = senderJids(event);
  const pushName = event.fromMe ? undefined : event.pushName;
  if (jidKind(event.chatJid) === 'group') {
    const place = directory.groupChat(account, event.chatJid);
    if (sender.length === 0) return place;
    return { ...place, sender: directory.person(account, { jids: sender, pushName }) };
  }
  const jids = peerJids(event);
  if (jids.length === 0) return undefined;
  const contact = directory.person(account, { jids, pushName });
  return { ...directory.directChat(contact), sender: event.fromMe ? undefined : contact };
}
