import { newSecretToken, uuidv7 } from '@waypost/kernel';
import { tokenHash } from '@waypost/persistence';
import type { Pool } from 'pg';

export interface TestWorkspace {
  id: string;
  memberId: string;
  /** Of the enabled inbound webhook. */
  token: string;
}

/** A workspace of the test's own, with credits and an inbound webhook. */
export async function givenWorkspace(pool: Pool, { credits = 100 } = {}): Promise<TestWorkspace> {
  const workspace = { id: uuidv7(), memberId: uuidv7(), token: newSecretToken() };
  await pool.query(
    `with w as (insert into workspace (id, name) values ($1, 'Test')),
     m as (insert into member (id, workspace_id, email, full_name, role) values ($2::uuid, $1, $2::uuid::text, 'Test', 'owner')),
     b as (insert into credit_balance (workspace_id, balance) values ($1::uuid, $3::integer)),
     e as (insert into credit_entry (workspace_id, delta, balance, reason) select $1, $3::integer, $3, 'grant' where $3 > 0)
     insert into inbound_webhook (workspace_id, token_hash, token_sealed) values ($1, $4, '')`,
    [workspace.id, workspace.memberId, credits, tokenHash(workspace.token)],
  );
  return workspace;
}

let phones = 0;

/** An account of the workspace, connected just now unless told otherwise. */
export async function givenAccount(
  pool: Pool,
  workspace: TestWorkspace,
  { state = 'connected', phone = `+4915100${String(++phones).padStart(6, '0')}` } = {},
): Promise<{ id: string; phone: string }> {
  const id = uuidv7();
  await pool.query(
    `insert into account (id, workspace_id, owner_member_id, network, phone, state, connected_at)
     values ($1, $2, $3, 'sandbox', $4, $5, clock_timestamp())`,
    [id, workspace.id, workspace.memberId, phone, state],
  );
  return { id, phone };
}

export interface Ledger {
  balance: number;
  sum: number;
  charges: number;
  /** The balance that the last entry tells. */
  told: number;
}

export async function readLedger(pool: Pool, workspace: TestWorkspace): Promise<Ledger> {
  const { rows } = await pool.query(
    `select b.balance, coalesce(sum(e.delta), 0)::integer as sum,
       count(*) filter (where e.reason = 'charge')::integer as charges,
       (array_agg(e.balance order by e.id desc))[1] as told
     from credit_balance b left join credit_entry e on e.workspace_id = b.workspace_id
     where b.workspace_id = $1 group by b.balance`,
    [workspace.id],
  );
  return rows[0];
}

export interface StoredMessage {
  id: string;
  keyId: string;
  text: string;
  chatId: string;
  accountId: string;
  recipientJid: string;
  state: string;
  opensChat: boolean;
}

/** The messages of a workspace, in the order in which they will leave (by account, then by place in its lane). */
export async function readQueued(pool: Pool, workspace: TestWorkspace): Promise<StoredMessage[]> {
  const { rows } = await pool.query(
    `select m.id, m.key_id as "keyId", m.text, m.chat_id as "chatId", m.account_id as "accountId",
       m.recipient_jid as "recipientJid", m.state, m.opens_chat as "opensChat"
     from message m
     join lane_item i on i.ref = m.id
     join lane l on l.id = i.lane_id and l.kind = 'send' and l.key = m.account_id::text
     where m.workspace_id = $1
     order by m.account_id, i.id`,
    [workspace.id],
  );
  return rows;
}

export interface StoredAttempt {
  number: number;
  status: number;
  message: string | null;
  keyId: string | null;
  address: string;
  body: Buffer | null;
  ignoredFields: string[];
}

/** The log of attempts, oldest first. */
export async function readAttempts(pool: Pool, workspace: TestWorkspace): Promise<StoredAttempt[]> {
  const { rows } = await pool.query(
    `select number::integer, status, message, key_id as "keyId", address, body, ignored_fields as "ignoredFields"
     from inbound_attempt where workspace_id = $1 order by number`,
    [workspace.id],
  );
  return rows;
}

/** How many messages and charges a workspace has, whatever their state: nothing half stored shows as a difference. */
export async function countStored(
  pool: Pool,
  workspace: TestWorkspace,
): Promise<{ messages: number; charges: number; chats: number; files: number }> {
  const { rows } = await pool.query(
    `select (select count(*) from message where workspace_id = $1)::integer as messages,
       (select count(*) from credit_entry where workspace_id = $1 and reason = 'charge')::integer as charges,
       (select count(*) from chat where workspace_id = $1)::integer as chats,
       (select count(*) from file where workspace_id = $1)::integer as files`,
    [workspace.id],
  );
  return rows[0];
}

/** A chat that is known by its name, with a contact or as a group. */
export async function givenChat(
  pool: Pool,
  workspace: TestWorkspace,
  account: { id: string },
  name: string,
  { groupJid = null as string | null } = {},
): Promise<string> {
  const { rows } = await pool.query(
    groupJid === null
      ? `with c as (insert into contact (workspace_id, account_id, name) values ($1, $2, $3) returning id),
         a as (insert into contact_address (account_id, jid, contact_id) select $2, '49' || id || '@s.whatsapp.net', id from c)
         insert into chat (workspace_id, account_id, contact_id, name) select $1, $2, id, $3 from c returning id`
      : `insert into chat (workspace_id, account_id, name, group_jid) values ($1, $2, $3, $4) returning id`,
    [workspace.id, account.id, name, ...(groupJid === null ? [] : [groupJid])],
  );
  return rows[0].id;
}
