import { Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { noSuch } from '../http/id.pipe.js';
import { cursorParts, readCursor, toPage, type Page } from '../http/page.js';
import { invalidField } from '../http/problem.js';
import type { ChatQuery, ChatResource } from './chat-resource.js';
import { Writes } from '../writing/writes.js';
import { LIVING_CHAT } from './living-chat.js';
import type { MessageDirection, MessageState } from './message-resource.js';

interface ChatRow {
  id: string;
  name: string;
  group_jid: string | null;
  phone: string | null;
  account_id: string;
  account_phone: string | null;
  responsible_id: string | null;
  responsible_name: string | null;
  responsible_email: string | null;
  last_message_at: Date | null;
  /** Microseconds since 1970, which a Date cannot hold. */
  last_message_us: string | null;
  created_at: Date;
  last_direction: MessageDirection | null;
  last_text: string | null;
  last_file_name: string | null;
  last_state: MessageState | null;
  unread: number;
  last_received_id: string | null;
}

/** How far unread messages are counted. */
const MOST_UNREAD = 100;

/** The chats as one member sees them; `member` is the parameter with the member's id. */
const selectFor = (member: string) => `
  select c.id, c.name, c.group_jid, p.phone, a.id as account_id, a.phone as account_phone,
    m.id as responsible_id, m.full_name as responsible_name, m.email as responsible_email,
    c.last_message_at, (extract(epoch from c.last_message_at) * 1000000)::bigint as last_message_us, c.created_at,
    l.direction as last_direction, left(l.text, 200) as last_text, l.file_name as last_file_name, l.state as last_state,
    (
      select count(*)::int from (
        select from message x
        where x.chat_id = c.id and x.direction = 'received' and x.id > coalesce(
          (select r.message_id from chat_reading r where r.member_id = ${member} and r.chat_id = c.id),
          (select ${earliestId('me.created_at')} from member me where me.id = ${member})
        )
        limit ${MOST_UNREAD}
      ) unread
    ) as unread,
    (
      select x.id from message x where x.chat_id = c.id and x.direction = 'received' order by x.id desc limit 1
    ) as last_received_id
  from chat c
  join account a on a.id = c.account_id
  left join contact p on p.id = c.contact_id
  left join member m on m.id = c.responsible_member_id and m.workspace_id = c.workspace_id
  left join lateral (
    select x.direction, x.text, x.file_name, x.state from message x
    where x.chat_id = c.id order by x.message_at desc, x.id desc limit 1
  ) l on true`;

/** The chats of a workspace, over all its accounts. */
@Injectable()
export class Chats {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
  ) {}

  /** The one with the latest message first; those without any last. */
  async list(caller: Caller, query: ChatQuery): Promise<Page<ChatResource>> {
    const [at, id] = readCursor(query.cursor, [cursorParts.instant, cursorParts.bigint]);
    const search = query.search?.trim() ?? '';
    const digits = search.replace(/[\s.\-()+]/g, '');
    const { rows } = await this.database.pool.query<ChatRow>(
      `${selectFor('$7')}
       where c.workspace_id = $1 and c.merged_into is null
         and ($2::bigint is null
           or ($3::bigint is null and c.last_message_at is null and c.id < $2)
           or ($3::bigint is not null and (c.last_message_at is null
             or (c.last_message_at, c.id) < ('epoch'::timestamptz + $3::bigint * interval '1 microsecond', $2))))
         and ($4::text is null or c.name ilike $4 or p.phone like $5)
       order by c.last_message_at desc nulls last, c.id desc
       limit $6`,
      [
        caller.workspaceId,
        id,
        at,
        search === '' ? null : `%${literal(search)}%`,
        /^\d+$/.test(digits) ? `%${digits}%` : null,
        query.limit + 1,
        caller.memberId,
      ],
    );
    return toPage(rows, query.limit, toResource, (row) => [row.last_message_us, row.id]);
  }

  /**
   * The id of a chat that turned out to be with the same person as an older one leads to that one.
   * @throws ProblemError `not-found`
   */
  async get(caller: Caller, id: string): Promise<ChatResource> {
    const { rows } = await this.database.pool.query<ChatRow>(
      `${selectFor('$3')} where c.workspace_id = $1 and c.id = ${LIVING_CHAT}`,
      [caller.workspaceId, id, caller.memberId],
    );
    if (!rows[0]) throw noSuch('chat');
    return toResource(rows[0]);
  }

  /** @throws ProblemError `not-found`, `invalid-request` when the member is not of this workspace */
  async assign(caller: Caller, id: string, memberId: string | null): Promise<ChatResource> {
    const { rowCount } = await this.writes.byMember(caller, (tx) =>
      tx.query(
        `update chat set responsible_member_id = $3
       where workspace_id = $1 and id = ${LIVING_CHAT}
         and ($3::uuid is null or exists (select from member m where m.id = $3 and m.workspace_id = $1))`,
        [caller.workspaceId, id, memberId],
      ),
    );
    const chat = await this.get(caller, id);
    if (rowCount === 0) {
      throw invalidField('responsibleMemberId', 'responsibleMemberId must be a member of this workspace');
    }
    return chat;
  }

  /**
   * The member has read the chat up to this message; never takes back what was read already.
   * @throws ProblemError `not-found`, `invalid-request` when the message is not in this chat
   */
  async markRead(caller: Caller, id: string, messageId: string): Promise<ChatResource> {
    const { rowCount } = await this.writes.byMember(caller, (tx) =>
      tx.query(
        `with last as (
           select chat_id, id from message where workspace_id = $1 and chat_id = ${LIVING_CHAT} and id = $4
         ), written as (
           insert into chat_reading (member_id, chat_id, message_id) select $3, chat_id, id from last
           on conflict (member_id, chat_id) do update set message_id = excluded.message_id
           where chat_reading.message_id < excluded.message_id
         )
         select from last`,
        [caller.workspaceId, id, caller.memberId, messageId],
      ),
    );
    const chat = await this.get(caller, id);
    if (rowCount === 0) throw invalidField('messageId', 'messageId must be a message of this chat');
    return chat;
  }
}

/** As SQL: no message that was recorded at this time, or later, has a smaller id. Ids begin with their time in milliseconds. */
function earliestId(at: string): string {
  return `rpad(lpad(to_hex(floor(extract(epoch from ${at}) * 1000)::bigint), 12, '0'), 32, '0')::uuid`;
}

/** Text that a LIKE pattern takes as it is. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function toResource(row: ChatRow): ChatResource {
  return {
    id: row.id,
    name: row.name,
    isGroup: row.group_jid !== null,
    phone: row.phone,
    account: { id: row.account_id, phone: row.account_phone },
    responsible:
      row.responsible_id === null
        ? null
        : {
            id: row.responsible_id,
            fullName: row.responsible_name!,
            email: row.responsible_email!,
          },
    lastMessageAt: row.last_message_at,
    lastMessage:
      row.last_state === null
        ? null
        : {
            direction: row.last_direction!,
            text: row.last_text!,
            attachmentName: row.last_file_name,
            state: row.last_state,
          },
    unread: row.unread,
    lastReceivedId: row.last_received_id,
    createdAt: row.created_at,
  };
}
