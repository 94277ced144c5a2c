import {
  laneKinds,
  type AckEvent,
  type ContactEvent,
  type DeleteEvent,
  type EditEvent,
  type GroupEvent,
  type MessageEvent,
  type ReceiptEvent,
} from '@waypost/contracts';
import { newSigningSecret, newWaKeyId, uuidv7 } from '@waypost/kernel';
import { hasten, setOpen } from '@waypost/lanes';
import { inTransaction, SecretBox } from '@waypost/persistence';
import type { Pool } from 'pg';

export const ENCRYPTION_KEYS = `1:${Buffer.alloc(32, 7).toString('base64')}`;
export const AT = 1_614_184_229;
/** `AT` as payloads carry it. */
export const AT_TEXT = '2021-02-24T16:30:29+0000';

export const ACCOUNT_JID = '972500000001@s.whatsapp.net';
export const JANE = '972550000002@s.whatsapp.net';
export const JANE_LID = '203000000000002@lid';
export const OMAR = '972550000003@s.whatsapp.net';
export const OMAR_LID = '203000000000003@lid';
export const GROUP = '120363000000000001@g.us';

interface EventOf {
  message: Partial<MessageEvent>;
  edit: Partial<EditEvent>;
  delete: Partial<DeleteEvent>;
  contact: ContactEvent;
  group: GroupEvent;
  ack: Partial<AckEvent>;
  receipt: Partial<ReceiptEvent>;
}

function withDefaults(kind: keyof EventOf, event: object): object {
  const envelope = {
    keyId: newWaKeyId(),
    chatJid: JANE,
    senderJid: 'chatJid' in event ? event.chatJid : JANE,
    fromMe: false,
    timestamp: AT,
  };
  const defaults: Record<keyof EventOf, object> = {
    message: { ...envelope, content: 'text', text: 'hello' },
    edit: { ...envelope, text: 'better' },
    delete: envelope,
    contact: {},
    group: {},
    ack: { timestamp: AT },
    receipt: { chatJid: JANE, timestamp: AT },
  };
  return { ...defaults[kind], ...event };
}

/** A workspace with Amina as its owner and one account, as console and wa-session would have written it. */
export class TestWorkspace {
  readonly id = uuidv7();
  readonly ownerId = uuidv7();
  readonly accountId = uuidv7();
  readonly endpointId = uuidv7();
  readonly secret = newSigningSecret();

  private constructor(
    private readonly pool: Pool,
    private readonly wake: () => void,
  ) {}

  /**
   * @param url of the outbound endpoint, which is switched on
   * @param wake called when an event was written
   */
  static async create(pool: Pool, url: string, wake: () => void = () => undefined): Promise<TestWorkspace> {
    const workspace = new TestWorkspace(pool, wake);
    const sealed = new SecretBox(ENCRYPTION_KEYS).seal(
      workspace.secret,
      `outbound_endpoint:${workspace.endpointId}`,
    );
    await pool.query(`insert into workspace (id, name) values ($1, 'Shop')`, [workspace.id]);
    await workspace.addMember('Amina Haddad', 'owner', workspace.ownerId);
    await workspace.addAccount(workspace.accountId, '+972500000001');
    await pool.query(
      `with b as (insert into credit_balance (workspace_id) values ($2))
       insert into outbound_endpoint (id, workspace_id, url, enabled, secret_sealed) values ($1, $2, $3, true, $4)`,
      [workspace.endpointId, workspace.id, url, sealed],
    );
    return workspace;
  }

  async addMember(fullName: string, role = 'teammate', id = uuidv7()): Promise<string> {
    await this.pool.query(
      'insert into member (id, workspace_id, email, full_name, role) values ($1, $2, $3, $4, $5)',
      [id, this.id, this.emailOf(fullName), fullName, role],
    );
    return id;
  }

  emailOf(fullName: string): string {
    return `${fullName.split(' ')[0]!.toLowerCase()}@${this.id}.example`;
  }

  async addAccount(id = uuidv7(), phone = '+972500000009'): Promise<string> {
    await this.pool.query(
      `insert into account (id, workspace_id, owner_member_id, network, phone, state)
       values ($1, $2, $3, 'sandbox', $4, 'connected')`,
      [id, this.id, this.ownerId, phone],
    );
    return id;
  }

  /** Writes what wa-session would. Fields not given are those of a text that Jane sends from her phone number. */
  async happened<K extends keyof EventOf>(
    kind: K,
    event: EventOf[K],
    accountId = this.accountId,
  ): Promise<void> {
    await this.raw(kind, withDefaults(kind, event), accountId);
  }

  /** Events that are recorded in one batch. */
  async happenedTogether(events: [kind: keyof EventOf, event: object][]): Promise<void> {
    await this.pool.query(
      `insert into wa_event (account_id, kind, event)
       select $1, kind, event from unnest($2::text[], $3::jsonb[]) with ordinality as e(kind, event, place) order by place`,
      [
        this.accountId,
        events.map(([kind]) => kind),
        events.map(([kind, event]) => JSON.stringify(withDefaults(kind, event))),
      ],
    );
    this.wake();
  }

  /** An event of whatever shape. */
  async raw(kind: string, event: object, accountId = this.accountId): Promise<void> {
    await this.pool.query('insert into wa_event (account_id, kind, event) values ($1, $2, $3)', [
      accountId,
      kind,
      JSON.stringify(event),
    ]);
    this.wake();
  }

  /** A message that was accepted by webhook or console, as those would have written it; to Jane, with her chat, if to none that is there. */
  async accepted(message: {
    keyId: string;
    text: string;
    state?: string;
    origin?: 'webhook' | 'console';
    memberId?: string;
    cost?: number;
    chat?: { id: string; jid: string };
    timestamp?: number;
  }): Promise<{ messageId: string; chatId: string }> {
    const chat = message.chat ?? { id: await this.chatWithJane(), jid: JANE };
    const messageId = uuidv7();
    await this.pool.query(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, sender_member_id,
         recipient_jid, state, opens_chat, message_at, cost)
       values ($1, $2, $3, $4, $5, 'sent', $6, $7, $8, $9, $10, $13, to_timestamp($11), $12)`,
      [
        messageId,
        this.id,
        this.accountId,
        chat.id,
        message.keyId,
        message.origin ?? 'webhook',
        message.text,
        message.memberId ?? null,
        chat.jid,
        message.state ?? 'sending',
        message.timestamp ?? AT,
        message.cost ?? 0,
        message.chat === undefined,
      ],
    );
    return { messageId, chatId: chat.id };
  }

  private async chatWithJane(): Promise<string> {
    const { rows: contacts } = await this.pool.query(
      `insert into contact (workspace_id, account_id, phone) values ($1, $2, '+972550000002') returning id`,
      [this.id, this.accountId],
    );
    await this.pool.query('insert into contact_address (account_id, jid, contact_id) values ($1, $2, $3)', [
      this.accountId,
      JANE,
      contacts[0].id,
    ]);
    const { rows: chats } = await this.pool.query(
      `insert into chat (workspace_id, account_id, contact_id, name) values ($1, $2, $3, '+972550000002') returning id`,
      [this.id, this.accountId, contacts[0].id],
    );
    return chats[0].id;
  }

  async setEndpoint(change: Record<string, unknown>): Promise<void> {
    for (const [column, value] of Object.entries(change)) {
      await this.pool.query(`update outbound_endpoint set ${column} = $2 where id = $1`, [
        this.endpointId,
        value,
      ]);
    }
  }

  /** As after one error. */
  async backsOff(forMs: number): Promise<void> {
    await this.setEndpoint({
      state: 'backing_off',
      consecutive_errors: 1,
      next_attempt_at: new Date(Date.now() + forMs),
    });
  }

  /** As the console does it. */
  async changeGranularity(hours: number): Promise<void> {
    await inTransaction(this.pool, async (tx) => {
      await tx.query('select from outbound_endpoint where id = $1 for update', [this.endpointId]);
      await tx.query('update outbound_endpoint set granularity_hours = $2 where id = $1', [
        this.endpointId,
        hours,
      ]);
      await tx.query(
        `update bundle set closes_at = case when $2 = 0 then now() else opened_at + make_interval(hours => $2) end
         where endpoint_id = $1 and state = 'open' and closes_at > now()`,
        [this.endpointId, hours],
      );
    });
  }

  /** As "Deliver now" does it, or the passing of time. */
  async endWindows(): Promise<void> {
    await this.pool.query(
      `update bundle set closes_at = now() where endpoint_id = $1 and state = 'open' and closes_at > now()`,
      [this.endpointId],
    );
  }

  /** As the console does it; what waits is dropped by whoever claims it. */
  async switchOff(): Promise<void> {
    await inTransaction(this.pool, async (tx) => {
      await tx.query(
        'update outbound_endpoint set enabled = false, generation = generation + 1 where id = $1',
        [this.endpointId],
      );
      await tx.query(`update bundle set state = 'dropped' where endpoint_id = $1 and state = 'open'`, [
        this.endpointId,
      ]);
      await setOpen(tx, laneKinds.deliver, [this.endpointId], true);
      await hasten(tx, laneKinds.deliver, [this.endpointId]);
    });
  }

  /** As the console does it. */
  async enableAgain(): Promise<void> {
    await inTransaction(this.pool, async (tx) => {
      await tx.query(
        `update outbound_endpoint set enabled = true, state = 'healthy', consecutive_errors = 0, next_attempt_at = null,
           disabled_reason = null
         where id = $1`,
        [this.endpointId],
      );
      await setOpen(tx, laneKinds.deliver, [this.endpointId], true);
      await hasten(tx, laneKinds.deliver, [this.endpointId]);
    });
  }

  async endpoint() {
    return this.one('select * from outbound_endpoint where id = $1', [this.endpointId]);
  }

  async message(keyId: string) {
    return this.one('select * from message where workspace_id = $1 and key_id = $2', [this.id, keyId]);
  }

  async messages() {
    return this.all('select * from message where workspace_id = $1 order by id');
  }

  async chats() {
    return this.all('select * from chat where workspace_id = $1 order by id');
  }

  async contacts() {
    return this.all('select * from contact where workspace_id = $1 order by id');
  }

  async deliveries() {
    return this.all('select * from delivery where workspace_id = $1 order by id');
  }

  async bundles() {
    return this.all('select * from bundle where workspace_id = $1 order by opened_at, id');
  }

  /** Changes of credits, oldest first. */
  async ledger() {
    return this.all('select delta, reason, message_id from credit_entry where workspace_id = $1 order by id');
  }

  async mails() {
    return this.all('select * from mail where workspace_id = $1 order by id');
  }

  async requests() {
    return this.all(
      `select r.* from delivery_request r join outbound_endpoint e on e.id = endpoint_id
       where workspace_id = $1 order by number`,
    );
  }

  /** Events not recorded yet. */
  async waiting(): Promise<number> {
    const { rows } = await this.pool.query(
      `select count(*)::integer as waiting from wa_event join account on account.id = account_id
       where workspace_id = $1 and recorded_at is null`,
      [this.id],
    );
    return rows[0].waiting;
  }

  private async one(text: string, values: unknown[]) {
    const { rows } = await this.pool.query(text, values);
    return rows[0];
  }

  private async all(text: string) {
    const { rows } = await this.pool.query(text, [this.id]);
    return rows;
  }
}
