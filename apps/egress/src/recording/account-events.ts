import {
  AckEvent,
  ContactEvent,
  DeleteEvent,
  EditEvent,
  GroupEvent,
  MessageEvent,
  parseContract,
  ReceiptEvent,
  WA_EVENT_KINDS,
  type WaEventKind,
} from '@waypost/contracts';
import type { Sql } from '@waypost/lanes';
import type { RecordedAccount } from './recorded-account.js';

/** A waiting row of `wa_event`. */
export interface WaitingEvent {
  /** A bigint, kept as text. */
  id: string;
  accountId: string;
  kind: string;
  event: unknown;
}

/** What an event says, its shape checked. `nothing`: it changes no chat. */
export type ReadEvent =
  | { kind: 'message'; event: MessageEvent }
  | { kind: 'edit'; event: EditEvent }
  | { kind: 'delete'; event: DeleteEvent }
  | { kind: 'contact'; event: ContactEvent }
  | { kind: 'group'; event: GroupEvent }
  | { kind: 'ack'; event: AckEvent }
  | { kind: 'receipt'; event: ReceiptEvent }
  | { kind: 'nothing' };

/** @throws ContractError when the row does not have the shape of its kind; it names fields, never values */
export function readEvent(waiting: WaitingEvent): ReadEvent {
  const kind = WA_EVENT_KINDS.find((known) => known === waiting.kind) satisfies WaEventKind | undefined;
  switch (kind) {
    case 'message':
      return { kind, event: parseContract(MessageEvent, waiting.event) };
    case 'edit':
      return { kind, event: parseContract(EditEvent, waiting.event) };
    case 'delete':
      return { kind, event: parseContract(DeleteEvent, waiting.event) };
    case 'contact':
      return { kind, event: parseContract(ContactEvent, waiting.event) };
    case 'group':
      return { kind, event: parseContract(GroupEvent, waiting.event) };
    case 'ack':
      return { kind, event: parseContract(AckEvent, waiting.event) };
    case 'receipt':
      return { kind, event: parseContract(ReceiptEvent, waiting.event) };
    case 'undecryptable':
    case 'protocol':
    case undefined:
      return { kind: 'nothing' };
  }
}

/** Accounts with waiting events, by id, those after `after`. Hops along the index: costs a look-up per account, not per event. */
export async function listWaitingAccounts(sql: Sql, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql.query(
    `with recursive waiting (account_id, place) as (
       (select account_id, 1 from wa_event
        where recorded_at is null and account_id > $1 order by account_id limit 1)
       union all
       select (select min.account_id from wa_event min
               where min.recorded_at is null and min.account_id > waiting.account_id
               order by min.account_id limit 1), place + 1
       from waiting where account_id is not null and place < $2
     )
     select account_id from waiting where account_id is not null`,
    [after, limit],
  );
  return rows.map((row) => row.account_id);
}

/**
 * Only one transaction at a time records an account, so that its events take effect in order; released at its end.
 * @returns those of the accounts that nobody else is recording
 */
export async function tryLockAccounts(tx: Sql, accountIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query(
    `select id from unnest($1::text[]) as id
     where pg_try_advisory_xact_lock(hashtext('waypost-recording'), hashtext(id))`,
    [accountIds],
  );
  return rows.map(({ id }) => id);
}

/** How much is taken of each account at a time; one event at least. */
export interface PerAccount {
  events: number;
  bytes: number;
}

/**
 * Of each account the first ones, in the order in which they happened.
 * @returns `more`: one of the accounts may have more of them
 */
export async function listWaitingEvents(
  tx: Sql,
  accountIds: readonly string[],
  perAccount: PerAccount,
): Promise<{ events: WaitingEvent[]; more: boolean }> {
  const { rows } = await tx.query(
    `select waiting.id, wanted.id as "accountId", waiting.kind, waiting.event,
       waiting.place = $2 or waiting.bytes >= $3 as "isLast"
     from unnest($1::uuid[]) as wanted (id)
     cross join lateral (
       select id, kind, event, size, row_number() over earlier as place, sum(size) over earlier as bytes
       from (
         select id, kind, event, octet_length(event::text) as size from wa_event
         where account_id = wanted.id and recorded_at is null order by id limit $2
       ) as next
       window earlier as (order by id)
     ) as waiting
     where waiting.bytes - waiting.size < $3
     order by wanted.id, waiting.id`,
    [accountIds, perAccount.events, perAccount.bytes],
  );
  return {
    events: rows.map(({ id, accountId, kind, event }) => ({ id, accountId, kind, event })),
    more: rows.some(({ isLast }) => isLast),
  };
}

/** Those of the accounts that still exist, by id. */
export async function loadAccounts(
  tx: Sql,
  accountIds: readonly string[],
): Promise<Map<string, RecordedAccount>> {
  const { rows } = await tx.query(
    'select id, workspace_id as "workspaceId" from account where id = any($1::uuid[])',
    [accountIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Leaves out events that changed their kind meanwhile: an undecryptable message that came again, readable this time. */
export async function markRecorded(tx: Sql, events: readonly WaitingEvent[]): Promise<void> {
  await tx.query(
    `update wa_event set recorded_at = now()
     from unnest($1::bigint[], $2::text[]) as done (id, kind)
     where wa_event.id = done.id and wa_event.kind = done.kind`,
    [events.map(({ id }) => id), events.map(({ kind }) => kind)],
  );
}
