import type { AckEvent, ReceiptEvent } from '@waypost/contracts';
import { mayAdvance, MESSAGE_STATES } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import type { RecordedAccount } from './recorded-account.js';

/**
 * WhatsApp's server took a message of ours. What became of one that it refused is the sender's to settle, with its refund.
 * @returns messages that are to be delivered now, if they were not before: those sent through us, not from the phone
 */
export async function recordAck(tx: Sql, account: RecordedAccount, event: AckEvent): Promise<string[]> {
  if (event.errorCode !== undefined) return [];
  await tx.query(
    `update message set state = 'sent'
     where account_id = $1 and key_id = $2 and origin in ('webhook', 'console') and state = any($3)`,
    [account.id, event.keyId, statesBefore('sent')],
  );
  // A statement of its own: the sender may have set the state while the one above waited for it, and that one's snapshot is older.
  const { rows } = await tx.query(
    `select id from message
     where account_id = $1 and key_id = $2 and origin in ('webhook', 'console')
       and state in ('sent', 'delivered', 'read')`,
    [account.id, event.keyId],
  );
  return rows.map(({ id }) => id);
}

/**
 * The other side got or read messages of ours.
 * @returns messages sent through us whose acknowledgement went missing: they were sent, and are to be delivered now
 */
export async function recordReceipt(
  tx: Sql,
  account: RecordedAccount,
  event: ReceiptEvent,
): Promise<string[]> {
  const { rows } = await tx.query(
    `update message set state = $3
     from (
       select id, state from message
       where account_id = $1 and key_id = any($2) and direction = 'sent' and state = any($4)
       order by id
       for no key update
     ) as before
     where message.id = before.id
     returning message.id, message.origin, before.state as was`,
    [account.id, event.keyIds, event.status, statesBefore(event.status)],
  );
  return rows
    .filter(({ origin, was }) => origin !== 'phone' && mayAdvance(was, 'sent'))
    .map(({ id }) => id)
    .sort();
}

function statesBefore(state: 'sent' | 'delivered' | 'read'): string[] {
  return MESSAGE_STATES.filter((from) => mayAdvance(from, state));
}
