import { laneKinds } from '@waypost/contracts';
import { setOpen } from '@waypost/lanes';
import {
  inTransaction,
  type AccountState,
  type Network,
  type PairingMethod,
  type PairingState,
} from '@waypost/persistence';
import type { Pool } from 'pg';
import type { Lease } from '../leasing/lease-table.js';
import type { AccountIdentity } from '../whatsapp/whatsapp-connection.js';

export interface AccountStatus {
  state: AccountState;
  reason?: string;
  retryAt?: Date;
  /** Given when the connection opened. */
  identity?: AccountIdentity;
}

/** Somebody's wish to link an account. */
export interface PairingWish {
  method: PairingMethod;
  phone: string | null;
  /** When it was made, as Postgres writes it: the wish's identity, to the microsecond. */
  requestedAt: string;
}

export interface PairingProgress {
  state: PairingState;
  qr?: string;
  code?: string;
  detail?: string;
}

/** How an account and its pairing look to people, in Postgres. Every write is fenced by the lease. */
export class AccountRecord {
  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
  ) {}

  async network(accountId: string): Promise<Network> {
    const { rows } = await this.pool.query<{ network: Network }>(
      'select network from account where id = $1',
      [accountId],
    );
    if (!rows[0]) throw new Error('the account does not exist');
    return rows[0].network;
  }

  async isLinked(accountId: string): Promise<boolean> {
    const { rows } = await this.pool.query('select 1 from wa_creds where account_id = $1 and linked', [
      accountId,
    ]);
    return rows.length > 0;
  }

  /** The open wish to link this account, if any. */
  async findPairing(accountId: string): Promise<PairingWish | undefined> {
    const { rows } = await this.pool.query<PairingWish>(
      `select method, phone, requested_at::text as "requestedAt" from account_pairing
       where account_id = $1 and state in ('requested', 'waiting')`,
      [accountId],
    );
    return rows[0];
  }

  /** Sets the state; the account's send lane is open exactly while it is connected. @returns false when the lease is lost */
  async setStatus(lease: Lease, { state, reason, retryAt, identity }: AccountStatus): Promise<boolean> {
    return inTransaction(this.pool, async (tx) => {
      const { rows: held } = await tx.query(HELD, [lease.accountId, lease.epoch, this.owner]);
      if (held.length === 0) return false;
      await tx.query(
        `update account set state = $2, state_reason = $3, retry_at = $4,
           phone = coalesce($5, phone), lid = coalesce($6, lid), push_name = coalesce($7, push_name),
           connected_at = case when $2 = 'connected' then now() else connected_at end
         where id = $1`,
        [lease.accountId, state, reason, retryAt, identity?.phone, identity?.lid, identity?.pushName],
      );
      if (state === 'logged_out') {
        // Kept, so that a person can look into a log-out that nobody wanted, but never used again.
        await tx.query('update wa_creds set linked = false where account_id = $1', [lease.accountId]);
      }
      await setOpen(tx, laneKinds.send, [lease.accountId], state === 'connected');
      return true;
    });
  }

  /** Tells how far a wish got; nothing happens when it was answered already or a newer one took its place. */
  async setPairing(
    lease: Lease,
    wish: PairingWish,
    { state, qr, code, detail }: PairingProgress,
  ): Promise<void> {
    await this.pool.query(
      `with held as (${HELD})
       update account_pairing p set state = $4, qr = $5, code = $6, detail = $7, updated_at = now()
       from held where p.account_id = held.account_id and p.requested_at = $8::timestamptz and p.state in ('requested', 'waiting')`,
      [lease.accountId, lease.epoch, this.owner, state, qr, code, detail, wish.requestedAt],
    );
  }
}

const HELD =
  'select account_id from session_lease where account_id = $1 and epoch = $2 and owner = $3 for share';
