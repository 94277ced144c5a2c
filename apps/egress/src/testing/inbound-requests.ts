import { jidToPhone, newWaKeyId, uuidv7 } from '@waypost/kernel';
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';

/** Whom a message of an inbound webhook is for. */
export type Recipient = { jid: string } | { chatId: string } | { chatName: string };

const ACCEPT = `select status, message from accept_messages(
  $1::uuid[], $2::text[], $3::bytea[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[],
  $11::text[], $12::text[], $13::text[], $14::smallint[], $15::text[], $16::bytea[], $17::bytea[], $18::text[], $19::text[],
  $20::real[], $21)`;

/** The inbound webhook of a workspace, as ingress accepts its requests: in the same function, with credits for a million messages. */
export class InboundRequests {
  private readonly token = randomBytes(32);

  private constructor(private readonly pool: Pool) {}

  static async open(pool: Pool, workspaceId: string): Promise<InboundRequests> {
    const requests = new InboundRequests(pool);
    await pool.query('update credit_balance set balance = 1000000 where workspace_id = $1', [workspaceId]);
    await pool.query(
      'insert into inbound_webhook (workspace_id, token_hash, token_sealed) values ($1, $2, $3)',
      [workspaceId, requests.token, Buffer.alloc(1)],
    );
    return requests;
  }

  /** @throws when it is refused. @returns the key id of the message */
  async send(to: Recipient, text: string): Promise<string> {
    const keyId = newWaKeyId();
    const jid = 'jid' in to ? to.jid : null;
    const one = (value: unknown) => [value];
    const { rows } = await this.pool.query<{ status: number; message: string }>(ACCEPT, [
      ...[one(uuidv7()), one(keyId), one(this.token), one(null), one(null), one(jid)],
      ...[one(jid && jidToPhone(jid)), one('chatId' in to ? to.chatId : null)],
      ...[one('chatName' in to ? to.chatName : null), one(null), one(text), one(null), one(null), one(1)],
      ...[one(null), one(null), one(null), one('127.0.0.1'), one(null), one(0), false],
    ]);
    if (rows[0]!.status !== 200) throw new Error(`${rows[0]!.status} ${rows[0]!.message}`);
    return keyId;
  }
}
