import { laneKinds } from '@waypost/contracts';
import { enqueue } from '@waypost/lanes';
import type { Pool } from 'pg';

const WORKSPACES = 100;
const ENQUEUE_BATCH = 5_000;

/** An id that tells the number of an account, and of a message of it. */
export function idOf(account: number, message: number): string {
  return `${account.toString(16).padStart(8, '0')}-0000-7000-8000-${message.toString(16).padStart(12, '0')}`;
}

export function accountOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

export function messageOf(id: string): number {
  return Number.parseInt(id.slice(24), 16);
}

/** Accounts whose sessions a pod holds, each with so many messages to one known person. Message 0 is the account itself. */
export async function fillBacklog(
  pool: Pool,
  pod: string,
  accounts: number,
  perAccount: number,
): Promise<void> {
  const id = (account: string, message: string) =>
    `(lpad(to_hex(${account}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(${message}), 12, '0'))::uuid`;
  await pool.query(`
    insert into workspace (id, name) select ${id('w', '0')}, 'Bench' from generate_series(0, ${WORKSPACES - 1}) w;
    insert into member (id, workspace_id, email, full_name, role)
      select id, id, id::text, 'Bench', 'owner' from workspace;
    insert into credit_balance (workspace_id) select id from workspace;
    insert into account (id, workspace_id, owner_member_id, network, state)
      select ${id('a', '0')}, ${id(`a % ${WORKSPACES}`, '0')}, ${id(`a % ${WORKSPACES}`, '0')}, 'sandbox', 'connected'
      from generate_series(0, ${accounts - 1}) a;
    insert into session_lease (account_id, owner, epoch, expires_at)
      select id, '${pod}', 1, now() + interval '1 day' from account;
    insert into contact (id, workspace_id, account_id) overriding system value
      select 1 + row_number() over (order by id), workspace_id, id from account;
    insert into contact_address (account_id, jid, contact_id, checked_at, on_whatsapp, send_to)
      select account_id, j.jid, id, now(), true, j.jid from contact, lateral (select id || '@s.whatsapp.net' as jid) j;
    insert into chat (workspace_id, account_id, contact_id, name) select workspace_id, account_id, id, 'Bench' from contact;
    insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, recipient_jid, state, cost,
        message_at, expires_at)
      select ${id(`('x' || left(c.account_id::text, 8))::bit(32)::bigint`, 'n')}, c.workspace_id, c.account_id, c.id,
        '3EB0' || lpad(to_hex(n), 16, '0'), 'sent', 'webhook', 'Your order is on its way and arrives tomorrow.',
        c.contact_id || '@s.whatsapp.net', 'queued', 1, now() + n * interval '2 us', now() + interval '1 day'
      from generate_series(1, ${perAccount}) n, chat c;
    analyze;`);
  for (let message = 1; message <= perAccount; message++) {
    for (let first = 0; first < accounts; first += ENQUEUE_BATCH) {
      const batch = Array.from({ length: Math.min(ENQUEUE_BATCH, accounts - first) }, (_, i) => first + i);
      await enqueue(
        pool,
        laneKinds.send,
        batch.map((account) => ({ key: idOf(account, 0), ref: idOf(account, message) })),
      );
    }
  }
}
