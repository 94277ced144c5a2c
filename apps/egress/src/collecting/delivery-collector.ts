import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue, type Sql } from '@waypost/lanes';
import { contactName } from '../recording/contact-name.js';
import { messagePayload, type RecordedMessage } from './outbound-payload.js';

/** How many chats of an endpoint are delivered at a time. */
const LANES_PER_ENDPOINT = 8n;

/**
 * Text messages whose workspace wants each message on its own. An endpoint that was disabled because of errors still collects;
 * one that its owner switched off does not.
 */
const DELIVERABLE = `
  select
    m.id, m.workspace_id, m.chat_id, m.key_id, m.direction, m.message_at, m.text, m.opens_chat, e.id as endpoint_id,
    account.phone as account_phone, owner.full_name as owner_name, owner.email as owner_email,
    chat.name as chat_name, chat.group_jid, contact.phone as chat_phone,
    responsible.full_name as responsible_name, responsible.email as responsible_email,
    writer.full_name as writer_name,
    sender.id as sender_id, sender.name as sender_name, sender.phone as sender_phone,
    (select min(jid) from contact_address where contact_id = sender.id) as sender_jid
  from unnest($1::uuid[]) with ordinality as wanted (id, place)
  join message m using (id)
  join outbound_endpoint e on e.workspace_id = m.workspace_id
  join account on account.id = m.account_id
  join member owner on owner.id = account.owner_member_id
  join chat on chat.id = m.chat_id
  left join contact on contact.id = chat.contact_id
  left join contact sender on sender.id = m.sender_contact_id
  left join member responsible on responsible.id = chat.responsible_member_id
  left join member writer on writer.id = m.sender_member_id
  where m.kind = 'text' and e.enabled and e.url is not null and e.granularity_hours = 0
  order by wanted.place`;

interface DeliverableRow {
  id: string;
  workspace_id: string;
  chat_id: string;
  key_id: string;
  direction: 'received' | 'sent';
  message_at: Date;
  text: string;
  opens_chat: boolean;
  endpoint_id: string;
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

/** Turns recorded messages into deliveries to their workspace's outbound endpoint. */
export class DeliveryCollector {
  /** @param consolePublicUrl without a trailing slash */
  constructor(private readonly consolePublicUrl: string) {}

  /**
   * In the transaction that records the messages, as its last step: writes a delivery for each that is to be delivered and has
   * none yet, and appends them to their lanes in the order given.
   * @returns true when a lane fell due: hint its workers after the commit
   */
  async collect(tx: Sql, messageIds: readonly string[]): Promise<boolean> {
    if (messageIds.length === 0) return false;
    const { rows }: { rows: DeliverableRow[] } = await tx.query(DELIVERABLE, [messageIds]);
    if (rows.length === 0) return false;
    const deliveries = rows.map((row) => ({ id: uuidv7(), row }));
    const written = await tx.query(
      `insert into delivery (id, endpoint_id, workspace_id, chat_id, message_id, body)
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::text[])
       on conflict (endpoint_id, message_id) do nothing
       returning id`,
      [
        deliveries.map(({ id }) => id),
        rows.map((row) => row.endpoint_id),
        rows.map((row) => row.workspace_id),
        rows.map((row) => row.chat_id),
        rows.map((row) => row.id),
        rows.map((row) => JSON.stringify(messagePayload(recordedMessage(row), this.consolePublicUrl))),
      ],
    );
    const fresh = new Set(written.rows.map(({ id }: { id: string }) => id));
    const due = await enqueue(
      tx,
      laneKinds.deliver,
      deliveries
        .filter(({ id }) => fresh.has(id))
        .map(({ id, row }) => ({
          key: row.endpoint_id,
          slot: Number(BigInt(row.chat_id) % LANES_PER_ENDPOINT),
          ref: id,
        })),
    );
    return due.length > 0;
  }
}

function recordedMessage(row: DeliverableRow): RecordedMessage {
  return {
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

function authorName(row: DeliverableRow): string | undefined {
  if (row.direction === 'sent') return row.writer_name ?? undefined;
  if (row.sender_id === null) return undefined;
  return contactName({ name: row.sender_name, phone: row.sender_phone, jids: [row.sender_jid ?? ''] });
}
