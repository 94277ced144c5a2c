import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { laneKinds } from '@waypost/contracts';
import { enqueue } from '@waypost/lanes';
import type { Pool } from 'pg';

export interface TestMessage {
  id: string;
  keyId: string;
  state: string;
  failureCode: string | null;
  failureReason: string | null;
}

/** An account of a workspace of its own, and what was accepted for it. */
export class TestAccount {
  readonly id = uuidv7();
  private readonly workspaceId = uuidv7();

  private constructor(private readonly pool: Pool) {}

  static async create(pool: Pool): Promise<TestAccount> {
    const account = new TestAccount(pool);
    await pool.query(`with w as (insert into workspace (id, name) values ($1, 'Test')) select`, [
      account.workspaceId,
    ]);
    await pool.query('insert into credit_balance (workspace_id) values ($1)', [account.workspaceId]);
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

  /** Queues messages as ingress does: with a grant that just pays for them, charged, in one transaction. @returns their ids */
  async queue(texts: readonly string[], { expiresInMs = 86_400_000, cost = 1 } = {}): Promise<string[]> {
    const ids = texts.map(() => uuidv7());
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `insert into credit_entry (workspace_id, delta, balance, reason)
         select workspace_id, $2, balance + $2, 'grant' from credit_balance where workspace_id = $1`,
        [this.workspaceId, ids.length * cost],
      );
      await client.query(
        `insert into credit_entry (workspace_id, delta, balance, reason, message_id)
         select $1, -$2::integer, ($4::integer - place) * $2::integer, 'charge', id
         from unnest($3::uuid[]) with ordinality as m(id, place)`,
        [this.workspaceId, cost, ids, ids.length],
      );
      await client.query(
        `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, recipient_jid, state, cost,
           message_at, expires_at)
         select m.id, $1, $2, 1, m.key_id, 'sent', 'webhook', m.text, '1415@s.whatsapp.net', 'queued', $6, now(),
           now() + $7 * interval '1 ms'
         from unnest($3::uuid[], $4::text[], $5::text[]) as m(id, key_id, text)`,
        [this.workspaceId, this.id, ids, ids.map(() => newWaKeyId()), texts, cost, expiresInMs],
      );
      await enqueue(
        client,
        laneKinds.send,
        ids.map((ref) => ({ key: this.id, ref })),
      );
      await client.query('commit');
    } finally {
      client.release();
    }
    return ids;
  }

  async setState(messageId: string, state: string): Promise<void> {
    await this.pool.query('update message set state = $2 where id = $1', [messageId, state]);
  }

  /** In the order in which they were queued. */
  async messages(): Promise<TestMessage[]> {
    const { rows } = await this.pool.query<TestMessage>(
      `select m.id, m.key_id as "keyId", m.state, m.failure_code as "failureCode", m.failure_reason as "failureReason"
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

  /** Items that have not left the account's lane. */
  async waiting(): Promise<number> {
    const { rows } = await this.pool.query(
      `select count(*)::integer as count from lane_item i join lane l on l.id = i.lane_id where l.key = $1`,
      [this.id],
    );
    return rows[0].count;
  }
}
