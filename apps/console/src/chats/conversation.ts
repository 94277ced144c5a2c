import { Injectable } from '@nestjs/common';
import type { FileKind } from '@waypost/contracts';
import { publicMessageId, type OutgoingState } from '@waypost/kernel';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { cursorParts, readCursor, writeCursor } from '../http/page.js';
import { invalidField } from '../http/problem.js';
import { LIVING_CHAT } from './living-chat.js';
import type {
  MessageDirection,
  MessageKind,
  MessageOrigin,
  MessagePage,
  MessageQuery,
  MessageResource,
} from './message-resource.js';

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

const CURSOR = [/^(older|newer)$/, cursorParts.instant, cursorParts.uuid];
const INSTANT = `'epoch'::timestamptz + $3::bigint * interval '1 microsecond'`;

interface LivingChat {
  workspaceId: string;
  id: string;
}

/** A message's place in its chat. */
interface Place {
  at: string;
  id: string;
}

/** The messages of a chat. */
@Injectable()
export class Conversation {
  constructor(private readonly database: Database) {}

  /**
   * Newest first; a page anywhere in the chat, from which one goes on both ways.
   * @throws ProblemError `not-found` when there is no such chat, or no message to begin at
   */
  async list(caller: Caller, chatId: string, { cursor, around, limit }: MessageQuery): Promise<MessagePage> {
    const [direction, at, id] = readCursor(cursor, CURSOR);
    const { rows: chats } = await this.database.pool.query<{ id: string }>(
      `select id from chat where workspace_id = $1 and id = ${LIVING_CHAT}`,
      [caller.workspaceId, chatId],
    );
    if (!chats[0]) throw noSuch('chat');
    const chat = { workspaceId: caller.workspaceId, id: chats[0].id };
    if (around !== undefined) {
      if (cursor !== undefined) throw invalidField('around', 'around does not go with cursor');
      return this.around(chat, around, limit);
    }
    const place = at && id ? { at, id } : undefined;
    if (direction === 'newer' && place) {
      const newer = await this.newer(chat, place, limit + 1);
      const rows = newer.slice(-limit);
      return toMessagePage(rows, { newer: newer.length > limit, older: rows.length > 0 });
    }
    const older = await this.older(chat, place, limit + 1);
    return toMessagePage(older.slice(0, limit), { newer: place !== undefined, older: older.length > limit });
  }

  private async around(chat: LivingChat, messageId: string, limit: number): Promise<MessagePage> {
    const [middle] = await this.query(chat, 'and m.id = $3', [messageId]);
    if (!middle) throw noSuch('message');
    const place = { at: middle.message_us, id: middle.id };
    const half = Math.floor((limit - 1) / 2);
    const newer = await this.newer(chat, place, half + 1);
    const shown = half === 0 ? [] : newer.slice(-half);
    const older = await this.older(chat, place, limit - shown.length);
    const rows = [...shown, middle, ...older.slice(0, limit - shown.length - 1)];
    return toMessagePage(rows, {
      newer: newer.length > half,
      older: older.length > limit - shown.length - 1,
    });
  }

  private older(chat: LivingChat, place: Place | undefined, most: number): Promise<MessageRow[]> {
    return this.query(
      chat,
      `and ($3::bigint is null or (m.message_at, m.id) < (${INSTANT}, $4::uuid)) order by m.message_at desc, m.id desc limit $5`,
      [place?.at ?? null, place?.id ?? null, most],
    );
  }

  /** The next ones after a place, newest first. */
  private async newer(chat: LivingChat, place: Place, most: number): Promise<MessageRow[]> {
    const rows = await this.query(
      chat,
      `and (m.message_at, m.id) > (${INSTANT}, $4::uuid) order by m.message_at, m.id limit $5`,
      [place.at, place.id, most],
    );
    return rows.reverse();
  }

  private async query(chat: LivingChat, which: string, values: unknown[]): Promise<MessageRow[]> {
    const { rows } = await this.database.pool.query<MessageRow>(
      `${SELECT} where m.workspace_id = $1 and m.chat_id = $2 ${which}`,
      [chat.workspaceId, chat.id, ...values],
    );
    return rows;
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

function toMessagePage(rows: MessageRow[], more: { newer: boolean; older: boolean }): MessagePage {
  const cursor = (direction: string, row: MessageRow | undefined) =>
    row ? writeCursor([direction, row.message_us, row.id]) : null;
  return {
    items: rows.map(toResource),
    nextCursor: more.older ? cursor('older', rows.at(-1)) : null,
    previousCursor: more.newer ? cursor('newer', rows[0]) : null,
  };
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
