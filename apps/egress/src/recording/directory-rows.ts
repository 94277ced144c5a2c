import type { Sql } from '@waypost/lanes';
import {
  DirectoryChangedError,
  type Chat,
  type Contact,
  type NewAddress,
  type NewSubject,
} from './directory-entries.js';

/** The ids of accounts, and their addresses. */
export type AddressColumns = [accountIds: string[], jids: string[]];

/** A contact with its chat, once for each of the addresses that were looked for. */
export interface ContactRow {
  account_id: string;
  /** All addresses of the contact, those included that nobody looked for. */
  jids: string[];
  id: string;
  name: string | null;
  phone: string | null;
  chat_id: string | null;
  chat_name: string;
}

/** A group with its chat and its subject, as far as they are known. */
export interface GroupRow {
  account_id: string;
  jid: string;
  id: string | null;
  name: string;
  subject: string | null;
}

export async function readContacts(tx: Sql, addresses: AddressColumns): Promise<ContactRow[]> {
  if (addresses[0].length === 0) return [];
  const { rows } = await tx.query(
    `select address.account_id, contact.id, contact.name, contact.phone, chat.id as chat_id, chat.name as chat_name,
         array(select own.jid from contact_address own where own.contact_id = contact.id order by own.jid) as jids
       from unnest($1::uuid[], $2::text[]) as wanted (account_id, jid)
       join contact_address address on address.account_id = wanted.account_id and address.jid = wanted.jid
       join contact on contact.id = address.contact_id
       left join chat on chat.contact_id = contact.id
       order by address.jid`,
    addresses,
  );
  return rows;
}

export async function readGroups(tx: Sql, addresses: AddressColumns): Promise<GroupRow[]> {
  if (addresses[0].length === 0) return [];
  const { rows } = await tx.query(
    `select wanted.account_id, wanted.jid, chat.id, chat.name, s.subject
       from unnest($1::uuid[], $2::text[]) as wanted (account_id, jid)
       left join chat on chat.account_id = wanted.account_id and chat.group_jid = wanted.jid
       left join group_subject s on s.account_id = wanted.account_id and s.group_jid = wanted.jid`,
    addresses,
  );
  return rows;
}

/** @throws DirectoryChangedError when one of the addresses is there already */
export async function insertContacts(
  tx: Sql,
  contacts: readonly Contact[],
  addresses: readonly NewAddress[],
): Promise<void> {
  if (contacts.length > 0) {
    await giveIds(tx, 'contact', contacts);
    await tx.query(
      `insert into contact (id, workspace_id, account_id, name, phone) overriding system value
       select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])`,
      [
        contacts.map(({ id }) => id),
        contacts.map(({ account }) => account.workspaceId),
        contacts.map(({ account }) => account.id),
        contacts.map(({ name }) => name),
        contacts.map(({ phone }) => phone),
      ],
    );
  }
  if (addresses.length === 0) return;
  const { rows } = await tx.query(
    `insert into contact_address (account_id, jid, contact_id)
     select account_id, jid, contact_id
     from unnest($1::uuid[], $2::text[], $3::bigint[]) as fresh (account_id, jid, contact_id)
     order by account_id, jid
     on conflict (account_id, jid) do nothing
     returning jid`,
    [
      addresses.map(({ contact }) => contact.account.id),
      addresses.map(({ jid }) => jid),
      addresses.map(({ contact }) => contact.id),
    ],
  );
  if (rows.length < addresses.length) throw new DirectoryChangedError();
}

export async function updateContacts(tx: Sql, contacts: readonly Contact[]): Promise<void> {
  if (contacts.length === 0) return;
  await tx.query(
    `update contact set name = changed.name, phone = changed.phone
     from unnest($1::bigint[], $2::text[], $3::text[]) as changed (id, name, phone)
     where contact.id = changed.id`,
    [contacts.map(({ id }) => id), contacts.map(({ name }) => name), contacts.map(({ phone }) => phone)],
  );
}

/** @throws DirectoryChangedError when one of the chats is there already */
export async function insertChats(tx: Sql, chats: readonly Chat[]): Promise<void> {
  if (chats.length === 0) return;
  await giveIds(tx, 'chat', chats);
  const { rows } = await tx.query(
    `insert into chat (id, workspace_id, account_id, contact_id, group_jid, name) overriding system value
     select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[])
     on conflict do nothing
     returning id`,
    [
      chats.map(({ id }) => id),
      chats.map(({ account }) => account.workspaceId),
      chats.map(({ account }) => account.id),
      chats.map(({ contact }) => contact?.id ?? null),
      chats.map(({ groupJid }) => groupJid ?? null),
      chats.map(({ name }) => name),
    ],
  );
  if (rows.length < chats.length) throw new DirectoryChangedError();
}

export async function writeSubjects(tx: Sql, subjects: readonly NewSubject[]): Promise<void> {
  if (subjects.length === 0) return;
  await tx.query(
    `insert into group_subject (account_id, group_jid, subject)
     select * from unnest($1::uuid[], $2::text[], $3::text[])
     on conflict (account_id, group_jid) do update set subject = excluded.subject`,
    [
      subjects.map(({ account }) => account.id),
      subjects.map(({ groupJid }) => groupJid),
      subjects.map(({ subject }) => subject),
    ],
  );
}

/** Locks them in the order of their ids. */
export async function updateChats(tx: Sql, chats: readonly Chat[]): Promise<void> {
  if (chats.length === 0) return;
  await tx.query(
    `update chat set
       name = coalesce(change.name, chat.name),
       last_message_at = greatest(chat.last_message_at, change.at)
     from (
       select id from chat where id = any($1::bigint[]) order by id for no key update
     ) as locked
     join unnest($1::bigint[], $2::text[], $3::timestamptz[]) as change (id, name, at) using (id)
     where chat.id = locked.id`,
    [
      chats.map(({ id }) => id),
      chats.map(({ isRenamed, name }) => (isRenamed ? name : null)),
      chats.map(({ lastMessageAt }) => lastMessageAt ?? null),
    ],
  );
}

/** Before the rows are there, so that everything can refer to them. */
async function giveIds(tx: Sql, table: 'contact' | 'chat', rows: readonly { id: string }[]): Promise<void> {
  const { rows: drawn } = await tx.query(
    `select nextval(pg_get_serial_sequence($1, 'id')) as id from generate_series(1, $2::integer)`,
    [table, rows.length],
  );
  rows.forEach((row, place) => (row.id = drawn[place].id));
}
