import type { Sql } from '@waypost/lanes';
import { mergeCollected, type MergedCollections } from '../collecting/merge-collected.js';
import { areOnePerson } from './one-person.js';

const MESSAGES_AT_ONCE = 10_000;

/** A contact with its chat, if any. Bigints, kept as text. */
interface Double {
  contactId: string;
  chatId: string | null;
  workspaceId: string;
}

interface Merge {
  into: Double;
  from: Double;
}

/**
 * Makes one of contacts that are one person. The one with the oldest chat stays: all addresses lead to it, and the others' messages,
 * collected or not, go to its chat. The rows of the others stay and lead there, so that their ids stay valid.
 *
 * A message that both chats have (WhatsApp told it twice, once under each address) is shown in the one that stays; the copy keeps its row
 * in the other chat, where only its id is found, and is not delivered a second time.
 *
 * Who else writes these rows at the same time:
 * - Accepting messages looks up addresses and chats, and creates them, under the lock of the workspace's balance, which the caller holds.
 * - What happened at WhatsApp is recorded by one transaction at a time for an account: this one.
 * - Whoever adds a message to a chat, or decides about held ones, locks the chat; and looks again when it has become part of another.
 * - Whoever settles a send locks the message, then its chat where the message is to be held.
 * - A look-up of a number adds an address to a contact that it has locked (`for share`).
 *
 * Order of locks: balances and endpoints (the caller's), contacts, messages in lanes, chats, held messages, bundles; lanes at the end, by the
 * caller.
 *
 * @param doubles the ids of each two or more contacts that are one person
 */
export async function mergeContacts(
  tx: Sql,
  doubles: readonly (readonly string[])[],
): Promise<MergedCollections> {
  const contacts = await lockContacts(tx, doubles.flat());
  const merges = doubles.flatMap((ids) => planMerges(ids, contacts));
  await lockChats(
    tx,
    merges.flatMap(({ into, from }) => [into.chatId, from.chatId]).filter((id) => id !== null),
    merges.map(({ from }) => from.chatId).filter((id) => id !== null),
  );
  const merged: MergedCollections = { moves: [], full: [], bundlesDue: false };
  for (const { into, from } of merges) {
    await joinContacts(tx, into.contactId, from.contactId);
    if (into.chatId === null || from.chatId === null) continue;
    await joinChats(tx, into.chatId, from.chatId);
    await mergeCollected(tx, { workspaceId: into.workspaceId, into: into.chatId, from: from.chatId }, merged);
  }
  return merged;
}

type LockedContact = Double & { jids: string[] };

/** Those that were not merged meanwhile, by id, as they are under the lock. */
async function lockContacts(tx: Sql, ids: readonly string[]): Promise<Map<string, LockedContact>> {
  await tx.query('select from contact where id = any($1::bigint[]) order by id for update', [ids]);
  const { rows } = await tx.query(
    `select contact.id as "contactId", contact.workspace_id as "workspaceId", chat.id as "chatId",
       array(select jid from contact_address where contact_id = contact.id) as jids
     from contact left join chat on chat.contact_id = contact.id
     where contact.id = any($1::bigint[]) and contact.merged_into is null`,
    [ids],
  );
  return new Map(rows.map((row) => [row.contactId, row]));
}

function planMerges(ids: readonly string[], contacts: ReadonlyMap<string, LockedContact>): Merge[] {
  const found = ids.map((id) => contacts.get(id)).filter((contact) => contact !== undefined);
  if (!areOnePerson(found.flatMap(({ jids }) => jids))) return [];
  const [into, ...others] = found.sort(byAge);
  return into ? others.map((from) => ({ into, from })) : [];
}

/** The one with the oldest chat first. */
function byAge(a: Double, b: Double): number {
  if ((a.chatId === null) !== (b.chatId === null)) return a.chatId === null ? 1 : -1;
  return Number(BigInt(a.chatId ?? a.contactId) - BigInt(b.chatId ?? b.contactId));
}

async function lockChats(tx: Sql, chatIds: readonly string[], leaving: readonly string[]): Promise<void> {
  if (leaving.length === 0) return;
  await tx.query(
    'select from message where chat_id = any($1::bigint[]) and hold is null order by id for no key update',
    [leaving],
  );
  await tx.query('select from chat where id = any($1::bigint[]) order by id for update', [chatIds]);
}

async function joinContacts(tx: Sql, into: string, from: string): Promise<void> {
  await tx.query('update contact_address set contact_id = $1 where contact_id = $2', [into, from]);
  await tx.query(
    `update contact stays set name = coalesce(stays.name, goes.name), phone = coalesce(stays.phone, goes.phone)
     from contact goes where stays.id = $1 and goes.id = $2`,
    [into, from],
  );
  // One step leads from any id to the contact of today.
  await tx.query('update contact set merged_into = $1 where id = $2 or merged_into = $2', [into, from]);
}

/** In pieces: no statement may take long, however many they are. */
async function moveMessages(tx: Sql, into: string, from: string): Promise<void> {
  let last: { at: string; id: string } | undefined;
  for (;;) {
    const { rows } = await tx.query(
      `select id, message_at::text as at from message
       where chat_id = $1 and ($2::timestamptz is null or (message_at, id) < ($2, $3::uuid))
       order by message_at desc, id desc limit ${MESSAGES_AT_ONCE}`,
      [from, last?.at ?? null, last?.id ?? null],
    );
    await tx.query(
      `update message m set chat_id = $1, opens_chat = false
       where id = any($2::uuid[]) and not exists (
         select from message there
         where there.account_id = m.account_id and there.key_id = m.key_id and there.chat_id = $1
       )`,
      [into, rows.map(({ id }) => id)],
    );
    if (rows.length < MESSAGES_AT_ONCE) return;
    last = rows.at(-1);
  }
}

async function joinChats(tx: Sql, into: string, from: string): Promise<void> {
  await moveMessages(tx, into, from);
  await tx.query(
    `update chat stays set
       last_message_at = greatest(stays.last_message_at, goes.last_message_at),
       responsible_member_id = coalesce(stays.responsible_member_id, goes.responsible_member_id)
     from chat goes where stays.id = $1 and goes.id = $2`,
    [into, from],
  );
  await tx.query(
    `update chat set contact_id = null, merged_into = $1, last_message_at = null where id = $2 or merged_into = $2`,
    [into, from],
  );
}
