import type { AckEvent, ReceiptEvent } from '@waypost/contracts';
import { mayAdvance, MESSAGE_STATES } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';

/** A message of ours got further: WhatsApp's server took it (`sent`), or the other side got or read it. */
export interface Progress {
  accountId: string;
  keyId: string;
  to: 'sent' | 'delivered' | 'read';
  /** The place of its event in the batch. */
  place: number;
}

const ORDER = ['sent', 'delivered', 'read'] as const;

/** That WhatsApp refused a message is no progress: see `recordRefusals`. */
export function progressOfAck(accountId: string, event: AckEvent, place: number): Progress[] {
  return event.errorCode === undefined ? [{ accountId, keyId: event.keyId, to: 'sent', place }] : [];
}

export function progressOfReceipt(accountId: string, event: ReceiptEvent, place: number): Progress[] {
  return event.keyIds.map((keyId) => ({ accountId, keyId, to: event.status, place }));
}

/**
 * Moves messages forward, never back.
 * @returns messages sent through us (not from the phone) that are to be delivered now, if they were not before, with the place of the
 * event that tells that they were sent: their acknowledgement, or a receipt where that went missing
 */
export async function recordProgress(
  tx: Sql,
  progress: readonly Progress[],
): Promise<{ id: string; place: number }[]> {
  if (progress.length === 0) return [];
  const furthest = new Map<string, Progress>();
  for (const one of progress) {
    const name = `${one.accountId} ${one.keyId}`;
    const known = furthest.get(name);
    if (!known) furthest.set(name, one);
    else if (ORDER.indexOf(one.to) > ORDER.indexOf(known.to)) furthest.set(name, { ...known, to: one.to });
  }
  const receipted = await advance(tx, [...furthest.values()]);
  const acked = await findSent(
    tx,
    progress.filter(({ to }) => to === 'sent'),
  );
  return [...receipted, ...acked];
}

async function advance(tx: Sql, progress: readonly Progress[]): Promise<{ id: string; place: number }[]> {
  const { rows } = await tx.query(
    `update message set state = before.next_state
     from (
       select m.id, m.state, got.next_state, got.place
       from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[]) as got (account_id, key_id, next_state, place)
       join message m on m.account_id = got.account_id and m.key_id = got.key_id
       where m.direction = 'sent'
         and m.state = any(case got.next_state when 'sent' then $5::text[] when 'delivered' then $6::text[] else $7::text[] end)
       order by m.id
       for no key update of m
     ) as before
     where message.id = before.id
     returning message.id, message.origin, before.state as was, before.place`,
    [
      progress.map(({ accountId }) => accountId),
      progress.map(({ keyId }) => keyId),
      progress.map(({ to }) => to),
      progress.map(({ place }) => place),
      ...ORDER.map(statesBefore),
    ],
  );
  return rows.filter(({ origin, was }) => origin !== 'phone' && mayAdvance(was, 'sent'));
}

/**
 * A statement of its own: the sender may have noted the acknowledgement while the one before waited for it, and that one's snapshot is
 * older.
 */
async function findSent(tx: Sql, acks: readonly Progress[]): Promise<{ id: string; place: number }[]> {
  if (acks.length === 0) return [];
  const { rows } = await tx.query(
    `select m.id, got.place
     from unnest($1::uuid[], $2::text[], $3::integer[]) as got (account_id, key_id, place)
     join message m on m.account_id = got.account_id and m.key_id = got.key_id
     where m.origin in ('webhook', 'console') and m.state in ('sent', 'delivered', 'read')`,
    [acks.map(({ accountId }) => accountId), acks.map(({ keyId }) => keyId), acks.map(({ place }) => place)],
  );
  return rows;
}

function statesBefore(state: 'sent' | 'delivered' | 'read'): string[] {
  return MESSAGE_STATES.filter((from) => mayAdvance(from, state));
}
