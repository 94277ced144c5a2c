import { laneKinds } from '@waypost/contracts';
import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { enqueue } from '@waypost/lanes';
import type { Pool, PoolClient } from 'pg';
import { createChat, type NewChat } from './test-chat.js';

export interface TestMessage {
  id: string;
  keyId: string;
  state: string;
  hold: string | null;
  failureCode: string | null;
  failureReason: string | null;
}

export interface TestOrder {
  chat?: string;
  expiresInMs?: number;
  cost?: number;
  /** How much of each charge the month's allowance pays. */
  fromAllowance?: number;
  /** Held for a reason of its own; what comes later to its chat is held behind it by itself. */
  hold?: 'file' | 'new_chats_locked';
  file?: { id: string; name: string };
}

/** An account of a workspace of its own, and what was accepted for it. */
export class TestAccount {
  readonly id = uuidv7();
  readonly workspaceId = uuidv7();
  private defaultChat?: Promise<string>;

  private constructor(readonly pool: Pool) {}

  static async create(pool: Pool, pace?: { minMs: number; maxMs: number }): Promise<TestAccount> {
    const account = new TestAccount(pool);
    await pool.query(
      `with w as (insert into workspace (id, name) values ($1, 'Test')),
       m as (insert into member (id, workspace_id, email, full_name, role) values ($2::uuid, $1, $2::uuid::text, 'Test', 'owner')),
       b as (insert into credit_balance (workspace_id) values ($1))
       insert into account (id, workspace_id, owner_member_id, network, pace_min_ms, pace_max_ms)
       values ($2::uuid, $1, $2::uuid, 'sandbox', $3, $4)`,
      [account.workspaceId, account.id, pace?.minMs, pace?.maxMs],
    );
    return account;
  }

  /** A pod holds the account's session. */
  async leaseTo(pod: string, forMs = 3_600_000): Promise<this> {
    await this.pool.query(
      `insert into session_lease (account_id, owner, epoch, expires_at) values ($1, $2, 7, now() + $3 * interval '1 ms')
       on conflict (account_id) do update set owner = excluded.owner, expires_at = excluded.expires_at`,
      [this.id, pod, forMs],
    );
    return this;
  }

  /** @returns the chat's id */
  chat(chat: NewChat = {}): Promise<string> {
    return createChat(this.pool, this, chat);
  }

  /**
   * Queues messages as ingress does: with a grant that just pays for them, charged, in one transaction; to one chat of the account unless
   * told another.
   * @returns their ids
   */
  async queue(texts: readonly string[], order: TestOrder = {}): Promise<string[]> {
    const chatId = order.chat ?? (await (this.defaultChat ??= this.chat({ checked: true })));
    const ids = texts.map(() => uuidv7());
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      await this.charge(client, ids, order);
      const refs = await this.add(client, chatId, ids, texts, order);
      await enqueue(
        client,
        laneKinds.send,
        refs.map((ref) => ({ key: this.id, ref })),
      );
      await client.query('commit');
    } finally {
      client.release();
    }
    return ids;
  }

  private async charge(
    client: PoolClient,
    ids: readonly string[],
    { cost = 1, fromAllowance = 0 }: TestOrder,
  ): Promise<void> {
    await client.query(
      `with b as (select balance from credit_balance where workspace_id = $1 for no key update)
       insert into credit_entry (workspace_id, delta, balance, reason) select $1, $2, balance + $2, 'grant' from b`,
      [this.workspaceId, ids.length * cost],
    );
    await client.query(
      `insert into credit_entry (workspace_id, delta, balance, reason, from_allowance, message_id)
       select $1, -$2::integer, b.balance + ($4::integer - place) * $2::integer, 'charge', $5, id
       from unnest($3::uuid[]) with ordinality as m(id, place), credit_balance b where b.workspace_id = $1`,
      [this.workspaceId, cost, ids, ids.length, fromAllowance],
    );
  }

  /** @returns those that are not held */
  private async add(
    client: PoolClient,
    chatId: string,
    ids: readonly string[],
    texts: readonly string[],
    { expiresInMs = 86_400_000, cost = 1, hold, file }: TestOrder,
  ): Promise<string[]> {
    await client.query('select from chat where id = $1 for no key update', [chatId]);
    const { rows } = await client.query<{ id: string; hold: string | null }>(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, recipient_jid, state, cost,
         message_at, expires_at, file_id, file_name, hold)
       select m.id, $1, $2, c.id, m.key_id, 'sent', 'webhook', m.text, coalesce(c.group_jid, (
           select d.jid from contact_address d where d.contact_id = c.contact_id order by d.jid like '%@s.whatsapp.net' desc, d.jid limit 1
         )), 'queued', $6, t.now + m.place * interval '2 microseconds', t.now + $7 * interval '1 ms', $8, $9,
         coalesce($10, case when exists (
           select from message h where h.chat_id = c.id and h.hold is not null and h.state = 'queued'
         ) then 'behind' end)
       from unnest($3::uuid[], $4::text[], $5::text[]) with ordinality as m(id, key_id, text, place),
         chat c, (select clock_timestamp() as now) t
       where c.id = $11
       order by m.place
       returning id, hold`,
      [
        this.workspaceId,
        this.id,
        ids,
        ids.map(() => newWaKeyId()),
        texts,
        cost,
        expiresInMs,
        file?.id,
        file?.name,
        hold,
        chatId,
      ],
    );
    return rows.filter((row) => row.hold === null).map(({ id }) => id);
  }

  async setState(messageId: string, state: string): Promise<void> {
    await this.pool.query('update message set state = $2 where id = $1', [messageId, state]);
  }

  /** In the order in which they were queued. */
  async messages(): Promise<TestMessage[]> {
    const { rows } = await this.pool.query<TestMessage>(
      `select m.id, m.key_id as "keyId", m.state, m.hold, m.failure_code as "failureCode", m.failure_reason as "failureReason"
       from message m join credit_entry e on e.message_id = m.id and e.reason = 'charge'
       where m.account_id = $1 order by e.id`,
      [this.id],
    );
    return rows;
  }

  async states(): Promise<string[]> {
    return (await this.messages()).map(({ state }) => state);
  }

  async ledger(): Promise<{ balance: number; sum: number; refunds: number }> {
    const { rows } = await this.pool.query(
      `select b.balance, sum(e.delta)::integer as sum, count(*) filter (where e.reason = 'refund')::integer as refunds
       from credit_balance b join credit_entry e using (workspace_id) where workspace_id = $1 group by b.balance`,
      [this.workspaceId],
    );
    return rows[0];
  }

  async allowanceLeft(): Promise<number> {
    const { rows } = await this.pool.query(
      'select allowance_left from credit_balance where workspace_id = $1',
      [this.workspaceId],
    );
    return rows[0].allowance_left;
  }

  /** Items that have not left the account's lane. */
  async waiting(): Promise<number> {
    const { rows } = await this.pool.query(
      `select count(*)::integer as count from lane_item i join lane l on l.id = i.lane_id where l.key = $1`,
      [this.id],
    );
    return rows[0].count;
  }

  /** WhatsApp locks new chats of the account until so many milliseconds from now. */
  async lockNewChats(forMs: number): Promise<void> {
    await this.pool.query(
      `update account set new_chats_locked_until = clock_timestamp() + $2 * interval '1 ms' where id = $1`,
      [this.id, forMs],
    );
  }
}
