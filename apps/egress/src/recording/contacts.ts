import { jidKind, jidToPhone } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import { contactName } from './contact-name.js';
import type { RecordedAccount } from './recorded-account.js';

/** What an event tells of a person. */
export interface SeenPerson {
  /** All forms of their address that the event carries: phone number JID, LID. At least one. */
  jids: string[];
  /** The name they gave themselves, when it was their own message. */
  pushName?: string;
}

/** A person as now recorded, and their direct chat if there is one. */
export interface KnownContact {
  id: string;
  displayName: string;
  chat?: { id: string; name: string };
}

interface ContactRow {
  id: string;
  name: string | null;
  phone: string | null;
  jids: string[];
  chat_id: string | null;
  chat_name: string | null;
}

/** The addresses among these that name a person: no groups, broadcasts or channels; each once. */
export function personJids(jids: readonly (string | undefined)[]): string[] {
  const people = jids.filter((jid) => jid !== undefined && ['phone', 'lid'].includes(jidKind(jid)));
  return [...new Set(people as string[])];
}

/**
 * The contact of a person, whichever of their addresses was seen first; made when they are new. Learns addresses, number and name
 * that were not known yet.
 */
export async function recordContact(
  tx: Sql,
  account: RecordedAccount,
  person: SeenPerson,
): Promise<KnownContact> {
  const contact = (await findContact(tx, account, person)) ?? (await createContact(tx, account, person));
  const jids = await learnAddresses(tx, account, contact, person);
  const name = person.pushName?.trim() || contact.name;
  const phone = contact.phone ?? phoneOf(person);
  if (name !== contact.name || phone !== contact.phone) {
    await tx.query('update contact set name = $2, phone = $3 where id = $1', [contact.id, name, phone]);
  }
  return {
    id: contact.id,
    displayName: contactName({ name, phone, jids }),
    chat: contact.chat_id === null ? undefined : { id: contact.chat_id, name: contact.chat_name! },
  };
}

/**
 * Two contacts are found when a person was met under each of their addresses before anything said that these belong together.
 * The older one is that person from then on; this is the place where the younger one, and its chat, would be merged into it.
 */
async function findContact(
  tx: Sql,
  account: RecordedAccount,
  person: SeenPerson,
): Promise<ContactRow | undefined> {
  const { rows } = await tx.query(
    `select contact.id, contact.name, contact.phone, chat.id as chat_id, chat.name as chat_name,
       array_agg(address.jid order by address.jid) as jids
     from contact_address address
     join contact on contact.id = address.contact_id
     left join chat on chat.contact_id = contact.id
     where address.account_id = $1 and address.jid = any($2)
     group by contact.id, chat.id
     order by contact.id
     limit 1`,
    [account.id, person.jids],
  );
  return rows[0];
}

async function createContact(tx: Sql, account: RecordedAccount, person: SeenPerson): Promise<ContactRow> {
  const { rows } = await tx.query(
    'insert into contact (workspace_id, account_id, phone) values ($1, $2, $3) returning id, name, phone',
    [account.workspaceId, account.id, phoneOf(person)],
  );
  const made: ContactRow = { ...rows[0], jids: [], chat_id: null, chat_name: null };
  if ((await insertAddresses(tx, account, made.id, person.jids)) === person.jids.length)
    return { ...made, jids: person.jids };

  // A message to the same person was accepted at this moment, and brought them with it.
  await tx.query('delete from contact_address where account_id = $1 and contact_id = $2', [
    account.id,
    made.id,
  ]);
  await tx.query('delete from contact where id = $1', [made.id]);
  return (await findContact(tx, account, person))!;
}

async function learnAddresses(
  tx: Sql,
  account: RecordedAccount,
  contact: ContactRow,
  person: SeenPerson,
): Promise<string[]> {
  const news = person.jids.filter((jid) => !contact.jids.includes(jid));
  if (news.length > 0) await insertAddresses(tx, account, contact.id, news);
  return [...contact.jids, ...news];
}

async function insertAddresses(
  tx: Sql,
  account: RecordedAccount,
  contactId: string,
  jids: string[],
): Promise<number> {
  const { rows } = await tx.query(
    `insert into contact_address (account_id, jid, contact_id)
     select $1, jid, $3 from unnest($2::text[]) as jid
     on conflict (account_id, jid) do nothing
     returning jid`,
    [account.id, jids, contactId],
  );
  return rows.length;
}

function phoneOf({ jids }: SeenPerson): string | null {
  return jids.map(jidToPhone).find((phone) => phone !== undefined) ?? null;
}
