import { newSigningSecret, newWaKeyId, uuidv7 } from '@waypost/kernel';
import { SecretBox } from '@waypost/persistence';
import type { Pool } from 'pg';

export interface Tenant {
  workspaceId: string;
  accountId: string;
  endpointId: string;
}

const CHATS = 10;

/** Workspaces with one account and an endpoint each, and the events that happen to them. */
export class Tenants {
  private sequence = 0;

  private constructor(
    private readonly pool: Pool,
    readonly list: readonly Tenant[],
  ) {}

  static async create(pool: Pool, count: number, url: string, encryptionKeys: string): Promise<Tenants> {
    const box = new SecretBox(encryptionKeys);
    const list = Array.from({ length: count }, () => ({
      workspaceId: uuidv7(),
      accountId: uuidv7(),
      endpointId: uuidv7(),
    }));
    for (const { workspaceId, accountId, endpointId } of list) {
      const owner = uuidv7();
      await pool.query(`insert into workspace (id, name) values ($1, 'Shop')`, [workspaceId]);
      await pool.query(
        `insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, 'Amina Haddad', 'owner')`,
        [owner, workspaceId, `amina@${workspaceId}.example`],
      );
      await pool.query(
        `insert into account (id, workspace_id, owner_member_id, network, phone, state)
         values ($1, $2, $3, 'sandbox', '+972500000001', 'connected')`,
        [accountId, workspaceId, owner],
      );
      const secret = box.seal(newSigningSecret(), `outbound_endpoint:${endpointId}`);
      await pool.query(
        `insert into outbound_endpoint (id, workspace_id, url, enabled, secret_sealed) values ($1, $2, $3, true, $4)`,
        [endpointId, workspaceId, url, secret],
      );
    }
    return new Tenants(pool, list);
  }

  /** So many messages are received now, by tenants and chats chosen at random. */
  async happen(count: number): Promise<void> {
    const at = performance.timeOrigin + performance.now();
    const chosen = Array.from(
      { length: count },
      () => this.list[Math.floor(Math.random() * this.list.length)]!,
    );
    const events = chosen.map(() => {
      const chatJid = `49300000${String(Math.floor(Math.random() * CHATS)).padStart(4, '0')}@s.whatsapp.net`;
      return JSON.stringify({
        ...{ keyId: newWaKeyId(), chatJid, senderJid: chatJid, fromMe: false, pushName: 'Jane Smith' },
        ...{ timestamp: Math.floor(at / 1_000), content: 'text', text: `${++this.sequence} ${at}` },
      });
    });
    await this.pool.query(
      `insert into wa_event (account_id, kind, event)
       select account_id, 'message', event from unnest($1::uuid[], $2::jsonb[]) as happened (account_id, event)`,
      [chosen.map(({ accountId }) => accountId), events],
    );
  }

  async setUrl(tenants: readonly Tenant[], url: string): Promise<void> {
    await this.pool.query(
      `update outbound_endpoint set url = $2, state = 'healthy', consecutive_errors = 0, next_attempt_at = null
       where id = any($1::uuid[])`,
      [tenants.map(({ endpointId }) => endpointId), url],
    );
  }

  /** Events and deliveries that wait. */
  async waiting(): Promise<number> {
    const { rows } = await this.pool.query<{ waiting: number }>(
      `select (select count(*) from wa_event where recorded_at is null)::integer
         + (select count(*) from delivery where state = 'pending')::integer as waiting`,
    );
    return rows[0]!.waiting;
  }
}
