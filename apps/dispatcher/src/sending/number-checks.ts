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
     select $1, j.jid, p.contact_id, now(), $4::text is not null, $4::text
     from (
       -- The lock waits for whoever merges this contact into another, and then sees which.
       select coalesce(p.merged_into, p.id) as contact_id
       from chat n
       join chat c on c.id = coalesce(n.merged_into, n.id)
       join contact p on p.id = c.contact_id
       where n.id = $2
       for share of p
     ) p, (select $3::text as jid union select $4::text where $4::text is not null) j
     order by j.jid
     on conflict (account_id, jid) do update
     set checked_at = excluded.checked_at, on_whatsapp = excluded.on_whatsapp, send_to = excluded.send_to`,
    [accountId, chatId, recipientJid, sendTo],
  );
}
