import type { Pool } from 'pg';
import type { Lease } from '../leasing/lease-table.js';

/** A message as it was sent: as WhatsApp encodes it when it came with a file, else its text. */
export type SentMessage = { encoded: Buffer } | { text: string };

/**
 * What was sent, for recipients that ask for it again, and so that another try of a message with a file is the same message.
 * Texts are kept by whoever accepted them; what a file became at WhatsApp only the session knows.
 */
export class SentMessages {
  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
  ) {}

  /** Nothing of a message that its author deleted. */
  async find(accountId: string, keyId: string): Promise<SentMessage | undefined> {
    const { rows } = await this.pool.query<{
      encoded: Buffer | null;
      text: string | null;
      deleted: boolean;
    }>(
      `select s.message as encoded, m.text, m.deleted_at is not null as deleted
       from (select $1::uuid as account_id, $2::text as key_id) asked
       left join wa_sent s using (account_id, key_id)
       left join message m on m.account_id = asked.account_id and m.key_id = asked.key_id and m.direction = 'sent'
       limit 1`,
      [accountId, keyId],
    );
    const { encoded = null, text = null, deleted = false } = rows[0] ?? {};
    if (deleted) return undefined;
    if (encoded !== null) return { encoded };
    return text === null ? undefined : { text };
  }

  /**
   * Call it before the message is on the wire.
   * @returns what is kept under the key id, this or an earlier one; undefined when the lease is lost
   */
  async keep({ accountId, epoch }: Lease, keyId: string, encoded: Buffer): Promise<Buffer | undefined> {
    const { rows } = await this.pool.query<{ message: Buffer }>(
      `with held as (
         select account_id from session_lease where account_id = $1 and epoch = $2 and owner = $3 for share
       )
       insert into wa_sent as s (account_id, key_id, message)
       select account_id, $4, $5 from held
       on conflict (account_id, key_id) do update set message = s.message
       returning s.message`,
      [accountId, epoch, this.owner, keyId, encoded],
    );
    return rows[0]?.message;
  }
}
