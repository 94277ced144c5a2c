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
