import { Injectable } from '@nestjs/common';
import type { FileKind } from '@waypost/contracts';
import { publicMessageId, type OutgoingState } from '@waypost/kernel';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import { LIVING_CHAT } from './living-chat.js';
import type { MessageDirection, MessageKind, MessageOrigin, MessageResource } from './message-resource.js';

interface MessageRow {
  id: string;
  key_id: string;
  direction: MessageDirection;
  origin: MessageOrigin;
  sender_name: string | null;
  sender_phone: string | null;
  kind: MessageKind;
  text: string;
  file_name: string | null;
  file_kind: FileKind | null;
  mime_type: string | null;
  size: number | null;
  state: OutgoingState | 'received';
  failure_code: string | null;
  failure_reason: string | null;
  message_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  /** Microseconds since 1970, which a Date cannot hold. */
  message_us: string;
}

/**
 * The sender of what the account sent is the member who wrote it here (nameless when removed since), else the account's owner, with the
 * account's number; of what it received, the contact.
 */
const SELECT = `
  select m.id, m.key_id, m.direction, m.origin, m.kind, m.text, m.state,
    m.file_name, f.kind as file_kind, f.mime_type, f.size,
    m.failure_code, m.failure_reason, m.message_at, m.edited_at, m.deleted_at,
    (extract(epoch from m.message_at) * 1000000)::bigint as message_us,
    case m.direction when 'sent' then case when m.sender_member_id is null then owner.full_name else writer.full_name end
      else coalesce(sender.name, case when c.group_jid is null then c.name end) end as sender_name,
    case m.direction when 'sent' then a.phone else sender.phone end as sender_phone
  from message m
  join chat c on c.id = m.chat_id
  join account a on a.id = m.account_id
  join member owner on owner.id = a.owner_member_id
  left join file f on f.id = m.file_id
  left join member writer on writer.id = m.sender_member_id
  left join contact seen on seen.id = coalesce(m.sender_contact_id, c.contact_id)
  left join contact sender on sender.id = coalesce(seen.merged_into, seen.id)`;

/** The messages of a chat. */
@Injectable()
export class Conversation {
  constructor(private readonly database: Database) {}

  /**
   * Newest first.
   * @throws ProblemError `not-found` when there is no such chat
   */
  async list(caller: Caller, chatId: string, query: PageQuery): Promise<Page<MessageResource>> {
    const [at, id] = readCursor(query.cursor, [cursorParts.instant, cursorParts.uuid]);
    const { rows: chats } = await this.database.pool.query<{ id: string }>(
      `select id from chat where workspace_id = $1 and id = ${LIVING_CHAT}`,
      [caller.workspaceId, chatId],
    );
    if (!chats[0]) throw noSuch('chat');
    const { rows } = await this.database.pool.query<MessageRow>(
      `${SELECT}
       where m.workspace_id = $1 and m.chat_id = $2
         and ($3::bigint is null
           or (m.message_at, m.id) < ('epoch'::timestamptz + $3::bigint * interval '1 microsecond', $4::uuid))
       order by m.message_at desc, m.id desc
       limit $5`,
      [caller.workspaceId, chats[0].id, at, id, query.limit + 1],
    );
    return toPage(rows, query.limit, toResource, (row) => [row.message_us, row.id]);
  }

  /** @throws when the workspace has no such message */
  async getMessage(caller: Caller, id: string): Promise<MessageResource> {
    const { rows } = await this.database.pool.query<MessageRow>(
      `${SELECT} where m.workspace_id = $1 and m.id = $2`,
      [caller.workspaceId, id],
    );
    if (!rows[0]) throw new Error('there is no such message');
    return toResource(rows[0]);
  }
}

function toResource(row: MessageRow): MessageResource {
  return {
    id: row.id,
    messageId: publicMessageId(row.key_id),
    direction: row.direction,
    origin: row.origin,
    sender: { name: row.sender_name, phone: row.sender_phone },
    kind: row.kind,
    text: row.text,
    attachment:
      row.file_name === null
        ? null
        : { name: row.file_name, kind: row.file_kind, mimeType: row.mime_type, size: row.size },
    state: row.state,
    failure: row.failure_code === null ? null : { code: row.failure_code, reason: row.failure_reason },
    at: row.message_at,
    editedAt: row.edited_at,
    deletedAt: row.deleted_at,
  };
}
