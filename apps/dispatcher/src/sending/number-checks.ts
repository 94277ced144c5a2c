import type { Pool } from 'pg';
import type { DueMessage } from './due-messages.js';

/**
 * Keeps what WhatsApp said about a phone number: where its messages go (undefined: it is not there). An address that differs from the
 * number's own becomes one more address of the same person, unless it is somebody's already.
 */
export async function recordNumberCheck(
  pool: Pool,
  { accountId, chatId, recipientJid }: Pick<DueMessage, 'accountId' | 'chatId' | 'recipientJid'>,
  sendTo: string | undefined,
): Promise<void> {
  await pool.query(
    `insert into contact_address as a (account_id, jid, contact_id, checked_at, on_whatsapp, send_to)
     select $1, j.jid, c.contact_id, now(), $4::text is not null, $4::text
     from chat c, (select $3::text as jid union select $4::text where $4::text is not null) j
     where c.id = $2 and c.contact_id is not null
     order by j.jid
     on conflict (account_id, jid) do update
     set checked_at = excluded.checked_at, on_whatsapp = excluded.on_whatsapp, send_to = excluded.send_to`,
    [accountId, chatId, recipientJid, sendTo],
  );
}
