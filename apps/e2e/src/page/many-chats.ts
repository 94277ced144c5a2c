import { uuidv7 } from '@waypost/kernel';
import type { TestDatabase } from '@waypost/testkit';

export interface ManyChats {
  /** The one with many messages; the latest of all. */
  longChatId: string;
  /** The id of the message with this number in the long chat, from 1, the oldest. */
  messageId(number: number): Promise<string>;
}

/** Gives a workspace chats with one message each, and a long one whose messages say "Message 1 of it", "Message 2 of it", …. Every third was sent, some in vain. */
export async function addManyChats(
  postgres: TestDatabase,
  ownerEmail: string,
  { chats, messages, minutesApart = 1 }: { chats: number; messages: number; minutesApart?: number },
): Promise<ManyChats> {
  const accountId = uuidv7();
  const { rows } = await postgres.pool.query<{ id: string }>(
    `with owner as (select id, workspace_id from member where email = $1), sender as (
       insert into account (id, workspace_id, owner_member_id, network, phone, state)
       select $2, workspace_id, id, 'sandbox', '+15550009999', 'stopped' from owner
       returning id, workspace_id
     ), person as (
       insert into contact (workspace_id, account_id, name, phone)
       select workspace_id, id, 'Person ' || n, '+1415' || lpad(n::text, 7, '0') from sender, generate_series(1, $3::int) n
       returning id, workspace_id, account_id, name
     )
     insert into chat (workspace_id, account_id, contact_id, name, last_message_at)
     select workspace_id, account_id, id, name, now() - substr(name, 8)::int * interval '1 minute' from person
     returning id`,
    [ownerEmail, accountId, chats],
  );
  const longChatId = rows[0]!.id;
  await postgres.pool.query(
    `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, cost, message_at)
     select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(c.id * 100000 + n), 12, '0'))::uuid,
       c.workspace_id, c.account_id, c.id, c.id || '-' || n, case when n % 3 = 0 then 'sent' else 'received' end,
       case when n % 3 = 0 then 'webhook' else 'contact' end, format('Message %s of it', n) || repeat(' and so on', n % 17),
       case when n % 3 > 0 then 'received' when n % 27 = 0 then 'failed' else 'read' end, case when n % 3 = 0 then 1 else 0 end,
       c.last_message_at - (last - n) * $4::int * interval '1 minute'
     from chat c, lateral (select case when c.id = $2 then $3::int else 1 end) l (last), generate_series(1, last) n
     where c.account_id = $1`,
    [accountId, longChatId, messages, minutesApart],
  );
  await postgres.pool.query('analyze message; analyze chat');
  return {
    longChatId,
    async messageId(number) {
      const found = await postgres.pool.query<{ id: string }>(
        'select id from message where chat_id = $1 and key_id = $2',
        [longChatId, `${longChatId}-${number}`],
      );
      return found.rows[0]!.id;
    },
  };
}
