import type { Sql } from '@waypost/lanes';
import { contactName } from '../naming/contact-name.js';
import type { RecordedMessage } from './outbound-payload.js';

const COLUMNS = `
    m.id, m.chat_id, m.key_id, m.direction, m.message_at, m.text, m.opens_chat,
    account.phone as account_phone, owner.full_name as owner_name, owner.email as owner_email,
    chat.name as chat_name, chat.group_jid, contact.phone as chat_phone,
    responsible.full_name as responsible_name, responsible.email as responsible_email,
    writer.full_name as writer_name,
    sender.id as sender_id, sender.name as sender_name, sender.phone as sender_phone,
    (select min(jid) from contact_address where contact_id = sender.id) as sender_jid`;

const SURROUNDINGS = `
  join account on account.id = m.account_id
  join member owner on owner.id = account.owner_member_id
  join chat on chat.id = m.chat_id
  left join contact on contact.id = chat.contact_id
  left join contact seen on seen.id = m.sender_contact_id
  left join contact sender on sender.id = coalesce(seen.merged_into, seen.id)
  left join member responsible on responsible.id = chat.responsible_member_id
  left join member writer on writer.id = m.sender_member_id`;

interface MessageRow {
  id: string;
  chat_id: string;
  key_id: string;
  direction: 'received' | 'sent';
  message_at: Date;
  text: string;
  opens_chat: boolean;
  account_phone: string | null;
  owner_name: string;
  owner_email: string;
  chat_name: string;
  group_jid: string | null;
  chat_phone: string | null;
  responsible_name: string | null;
  responsible_email: string | null;
  writer_name: string | null;
  sender_id: string | null;
  sender_name: string | null;
  sender_phone: string | null;
  sender_jid: string | null;
}

/** A text message that may be due to an endpoint. */
export interface CollectableMessage {
  workspaceId: string;
  message: RecordedMessage;
}

/**
 * Those of the messages that are text and were not collected for their workspace's endpoint before, in the order given, each once.
 * The sub-selects look each of them up by index, whatever the statistics say; `not exists` may be planned to read all of `delivery`.
 *
 * @param keptDays what was collected before cannot be told any longer: older messages are left out. Those of others are recorded when they are
 *   new, and what is sent through us is sent, or given up, within a day.
 */
export async function listCollectable(
  tx: Sql,
  messageIds: readonly string[],
  keptDays: number,
): Promise<CollectableMessage[]> {
  const { rows } = await tx.query(
    `select m.workspace_id, ${COLUMNS}
     from (select id, min(place) as place from unnest($1::uuid[]) with ordinality as given (id, place) group by id) as wanted
     join message m using (id)
     join outbound_endpoint e on e.workspace_id = m.workspace_id
     ${SURROUNDINGS}
     where m.kind = 'text' and m.created_at > now() - make_interval(days => $2)
       and (select d.id from delivery d where d.endpoint_id = e.id and d.message_id = m.id) is null
       and (select b.bundle_id from bundle_message b where b.endpoint_id = e.id and b.message_id = m.id) is null
     order by wanted.place`,
    [messageIds, keptDays],
  );
  return rows.map((row) => ({ workspaceId: row.workspace_id, message: toMessage(row) }));
}

/** The messages of bundles in the order of their times, by bundle. */
export async function loadBundled(
  tx: Sql,
  bundleIds: readonly string[],
): Promise<Map<string, RecordedMessage[]>> {
  const { rows } = await tx.query(
    `select bundled.bundle_id, ${COLUMNS}
     from bundle_message bundled
     join message m on m.id = bundled.message_id
     ${SURROUNDINGS}
     where bundled.bundle_id = any($1::uuid[]) and m.deleted_at is null
     order by bundled.bundle_id, m.message_at, m.id`,
    [bundleIds],
  );
  const byBundle = new Map<string, RecordedMessage[]>();
  for (const row of rows) {
    const messages = byBundle.get(row.bundle_id);
    if (messages) messages.push(toMessage(row));
    else byBundle.set(row.bundle_id, [toMessage(row)]);
  }
  return byBundle;
}

function toMessage(row: MessageRow): RecordedMessage {
  return {
    id: row.id,
    account: { ownerName: row.owner_name, ownerEmail: row.owner_email, phone: row.account_phone ?? '' },
    chat: {
      id: row.chat_id,
      name: row.chat_name,
      isGroup: row.group_jid !== null,
      phone: row.chat_phone ?? '',
      responsibleName: row.responsible_name ?? '',
      responsibleEmail: row.responsible_email ?? '',
    },
    direction: row.direction,
    keyId: row.key_id,
    at: row.message_at,
    text: row.text,
    opensChat: row.opens_chat,
    authorName: authorName(row),
  };
}

function authorName(row: MessageRow): string | undefined {
  if (row.direction === 'sent') return row.writer_name ?? undefined;
  if (row.sender_id === null) return undefined;
  return contactName({ name: row.sender_name, phone: row.sender_phone, jids: [row.sender_jid ?? ''] });
}
