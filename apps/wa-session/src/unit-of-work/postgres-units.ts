import { isUnstorable, type SecretBox } from '@waypost/persistence';
import type { Pool } from 'pg';
import type { StoreReader } from './account-store.js';
import type { PartName, Unit } from './unit.js';
import type { UnitWriter } from './unit-committer.js';

/** Version of the encoding of `wa_creds.sealed` and `wa_key.sealed`: JSON with Baileys' BufferJSON, sealed. */
const STATE_FORMAT = 1;

const LOCK_NOT_AVAILABLE = '55P03';
/** Longest that a group of units waits for what somebody else has locked, before each account's unit is written for itself. */
const PATIENCE = '1s';

/**
 * One statement, one transaction, one round trip for any number of accounts. It writes only for accounts whose lease this pod holds
 * under the unit's epoch; `for share` makes a take-over wait until the commit is done, so no write slips in behind it.
 */
const WRITE = `
  with want as (
    select w.* from (select set_config('lock_timeout', '${PATIENCE}', true)) patience,
      unnest($1::uuid[], $2::bigint[]) as w(account_id, epoch)
  ), held as (
    select l.account_id from session_lease l join want w using (account_id)
    where l.owner = $3 and l.epoch = w.epoch
    order by l.account_id
    for share of l
  ), keys_put as (
    insert into wa_key (account_id, type, id, sealed)
    select k.account_id, k.type, k.id, k.sealed
    from unnest($4::uuid[], $5::text[], $6::text[], $7::bytea[]) as k(account_id, type, id, sealed)
    join held using (account_id)
    on conflict (account_id, type, id) do update set sealed = excluded.sealed
  ), keys_gone as (
    delete from wa_key using unnest($8::uuid[], $9::text[], $10::text[]) as k(account_id, type, id), held
    where wa_key.account_id = k.account_id and wa_key.type = k.type and wa_key.id = k.id
      and held.account_id = k.account_id
  ), creds_put as (
    insert into wa_creds (account_id, sealed, format, linked, updated_at)
    select c.account_id, c.sealed, ${STATE_FORMAT}, true, now()
    from unnest($11::uuid[], $12::bytea[]) as c(account_id, sealed)
    join held using (account_id)
    on conflict (account_id) do update
      set sealed = excluded.sealed, format = excluded.format, linked = excluded.linked, updated_at = now()
  ), events_put as (
    insert into wa_event (account_id, kind, chat_jid, key_id, sender_jid, part, event, plaintext)
    select e.account_id, e.kind, e.chat_jid, e.key_id, e.sender_jid, e.part, e.event, e.plaintext
    from unnest($13::uuid[], $14::text[], $15::text[], $16::text[], $17::text[], $18::smallint[], $19::jsonb[], $20::bytea[])
      with ordinality as e(account_id, kind, chat_jid, key_id, sender_jid, part, event, plaintext, position)
    join held using (account_id)
    order by e.position
    on conflict (account_id, chat_jid, key_id, sender_jid, part) where part is not null do update
      set kind = excluded.kind, event = excluded.event, plaintext = excluded.plaintext, recorded_at = null
      where wa_event.kind = 'undecryptable' and excluded.kind <> 'undecryptable'
  )
  select account_id from held`;

/** The durable state of WhatsApp sessions: sealed keys and credentials, and the events written with them. */
export class PostgresUnits implements UnitWriter, StoreReader {
  constructor(
    private readonly pool: Pool,
    private readonly box: SecretBox,
    private readonly owner: string,
  ) {}

  async write(units: Unit[]): Promise<Set<string>> {
    const keys = units.flatMap(({ accountId, keys }) => keys.map((key) => ({ accountId, ...key })));
    const put = keys.filter(({ value }) => value !== null);
    const gone = keys.filter(({ value }) => value === null);
    const creds = units.flatMap(({ accountId, creds }) => (creds ? [{ accountId, value: creds }] : []));
    const events = units.flatMap(({ accountId, events }) => events.map((event) => ({ accountId, ...event })));
    const { rows } = await this.pool.query<{ account_id: string }>({
      name: 'write-units',
      text: WRITE,
      values: [
        units.map(({ accountId }) => accountId),
        units.map(({ epoch }) => epoch),
        this.owner,
        put.map(({ accountId }) => accountId),
        put.map(({ type }) => type),
        put.map(({ id }) => id),
        put.map(({ accountId, type, id, value }) => this.box.seal(value!, keyContext(accountId, type, id))),
        gone.map(({ accountId }) => accountId),
        gone.map(({ type }) => type),
        gone.map(({ id }) => id),
        creds.map(({ accountId }) => accountId),
        creds.map(({ accountId, value }) => this.box.seal(value, credsContext(accountId))),
        events.map(({ accountId }) => accountId),
        events.map(({ kind }) => kind),
        events.map(({ name }) => name?.chatJid ?? null),
        events.map(({ name }) => name?.keyId ?? null),
        events.map(({ name }) => name?.senderJid ?? null),
        events.map(({ name }) => name?.part ?? null),
        events.map(({ event }) => JSON.stringify(event)),
        events.map(({ plaintext }) => (plaintext ? Buffer.from(plaintext) : null)),
      ],
    });
    return new Set(rows.map((row) => row.account_id));
  }

  isPoison(error: unknown): boolean {
    return isUnstorable(error);
  }

  isHeldUp(error: unknown): boolean {
    return (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
  }

  async readKeys(accountId: string, type: string, ids: string[]): Promise<Map<string, Buffer>> {
    const { rows } = await this.pool.query<{ id: string; sealed: Buffer }>({
      name: 'read-keys',
      text: 'select id, sealed from wa_key where account_id = $1 and type = $2 and id = any($3)',
      values: [accountId, type, ids],
    });
    return new Map(
      rows.map(({ id, sealed }) => [id, this.box.open(sealed, keyContext(accountId, type, id))]),
    );
  }

  async readCreds(accountId: string): Promise<Buffer | undefined> {
    const { rows } = await this.pool.query<{ sealed: Buffer }>(
      'select sealed from wa_creds where account_id = $1 and linked',
      [accountId],
    );
    return rows[0] && this.box.open(rows[0].sealed, credsContext(accountId));
  }

  async readPlaintext(accountId: string, name: PartName): Promise<Buffer | undefined> {
    const { rows } = await this.pool.query<{ plaintext: Buffer }>(
      `select plaintext from wa_event
       where account_id = $1 and chat_jid = $2 and key_id = $3 and sender_jid = $4 and part = $5 and plaintext is not null`,
      [accountId, name.chatJid, name.keyId, name.senderJid, name.part],
    );
    return rows[0]?.plaintext;
  }
}

function keyContext(accountId: string, type: string, id: string): string {
  return `wa_key:${accountId}:${type}:${id}`;
}

function credsContext(accountId: string): string {
  return `wa_creds:${accountId}`;
}
