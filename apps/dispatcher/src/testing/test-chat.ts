import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import type { Pool } from 'pg';

export interface NewChat {
  /** A group's, a LID or a phone number's; absent: a phone number of its own. */
  jid?: string;
  /** The contact wrote before. */
  heardFrom?: boolean;
  /** The number is known to be on WhatsApp. */
  checked?: boolean;
}

let phones = 14_150_000_000;

export async function createChat(
  pool: Pool,
  account: { id: string; workspaceId: string },
  { jid = `${++phones}@s.whatsapp.net`, heardFrom = false, checked = false }: NewChat,
): Promise<string> {
  const isGroup = jid.endsWith('@g.us');
  const { rows } = await pool.query<{ id: string }>(
    isGroup
      ? `insert into chat (workspace_id, account_id, group_jid, name) values ($1, $2, $3, 'Group') returning id`
      : `with person as (insert into contact (workspace_id, account_id) values ($1, $2) returning id),
         address as (
           insert into contact_address (account_id, jid, contact_id, checked_at, on_whatsapp, send_to)
           select $2, $3, id, case when $4 then now() end, case when $4 then true end, case when $4 then $3 end from person
         )
         insert into chat (workspace_id, account_id, contact_id, name) select $1, $2, id, 'Person' from person returning id`,
    isGroup ? [account.workspaceId, account.id, jid] : [account.workspaceId, account.id, jid, checked],
  );
  const { id } = rows[0]!;
  if (heardFrom) await receive(pool, account, id);
  return id;
}

/** Something comes from the chat. */
export async function receive(
  pool: Pool,
  account: { id: string; workspaceId: string },
  chatId: string,
): Promise<void> {
  await pool.query(
    `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
     values ($1, $2, $3, $4, $5, 'received', 'contact', 'Hello', 'received', clock_timestamp())`,
    [uuidv7(), account.workspaceId, account.id, chatId, newWaKeyId()],
  );
}
