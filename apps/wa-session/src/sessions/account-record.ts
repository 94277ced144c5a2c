import { laneKinds } from '@waypost/contracts';
import { setOpen } from '@waypost/lanes';
import {
  inTransaction,
  type AccountState,
  type AccountWish,
  type Network,
  type PairingMethod,
  type PairingState,
} from '@waypost/persistence';
import type { Pool, PoolClient } from 'pg';
import type { Lease } from '../leasing/lease-table.js';
import type { AccountIdentity } from '../whatsapp/whatsapp-connection.js';
import { archiveLink, restoreLink } from './archive-link.js';

export type Transaction = PoolClient;

/** What a session has to know of its account, and what somebody wants of it. Times are as Postgres writes them: a wish's identity. */
export interface AccountNow {
  workspaceId: string;
  network: Network;
  state: AccountState;
  /** There are credentials. */
  linked: boolean;
  wish?: { kind: AccountWish; madeAt: string };
  /** The wish to link this account that is still open. */
  pairing?: PairingWish;
}

export interface AccountStatus {
  state: AccountState;
  reason?: string;
  retryAt?: Date;
  /** Given when the connection opened. */
  identity?: AccountIdentity;
  /** When the wish was made that is seen to; a later one stays. */
  heeded?: string;
}

/** Somebody's wish to link an account. */
export interface PairingWish {
  method: PairingMethod;
  phone: string | null;
  /** To the microsecond. */
  requestedAt: string;
}

export interface PairingProgress {
  state: PairingState;
  qr?: string;
  code?: string;
  detail?: string;
}

interface Row {
  workspaceId: string;
  network: Network;
  state: AccountState;
  linked: boolean;
  wish: AccountWish | null;
  madeAt: string | null;
  method: PairingMethod | null;
  phone: string | null;
  requestedAt: string | null;
}

/** How an account and its pairing look to people, in Postgres. Every write is fenced by the lease. */
export class AccountRecord {
  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
  ) {}

  async read(accountId: string): Promise<AccountNow> {
    const { rows } = await this.pool.query<Row>(
      `select a.workspace_id as "workspaceId", a.network, a.state, exists (select from wa_creds c where c.account_id = a.id and c.linked) as linked,
         a.wish, a.wished_at::text as "madeAt", p.method, p.phone, p.requested_at::text as "requestedAt"
       from account a left join account_pairing p on p.account_id = a.id and p.state in ('requested', 'waiting')
       where a.id = $1`,
      [accountId],
    );
    if (!rows[0]) throw new Error('the account does not exist');
    const { workspaceId, network, state, linked, wish, madeAt, method, phone, requestedAt } = rows[0];
    return {
      workspaceId,
      network,
      state,
      linked,
      ...(wish && madeAt ? { wish: { kind: wish, madeAt } } : {}),
      ...(method && requestedAt ? { pairing: { method, phone, requestedAt } } : {}),
    };
  }

  /**
   * Sets the state; the account's send lane is open exactly while it is connected. A link that ended goes to the archive, and no wish
   * for it outlives it.
   * @returns false when the lease is lost
   */
  async setStatus(
    lease: Lease,
    { state, reason, retryAt, identity, heeded }: AccountStatus,
  ): Promise<boolean> {
    return this.fenced(lease, async (tx) => {
      await tx.query(
        `update account set state = $2, state_reason = $3, retry_at = $4,
           phone = coalesce($5, phone), lid = coalesce($6, lid), push_name = coalesce($7, push_name),
           connected_at = case when $2 = 'connected' then now() else connected_at end,
           wish = case when $2 <> 'logged_out' and (wished_at > $8::timestamptz or $8 is null) then wish end,
           wished_at = case when $2 <> 'logged_out' and (wished_at > $8::timestamptz or $8 is null) then wished_at end
         where id = $1`,
        [lease.accountId, state, reason, retryAt, identity?.phone, identity?.lid, identity?.pushName, heeded],
      );
      if (state === 'logged_out') await archiveLink(tx, lease.accountId, reason ?? state);
      await setOpen(tx, laneKinds.send, [lease.accountId], state === 'connected');
    });
  }

  /** Makes room for a new link. @returns false when the lease is lost */
  forgetLink(lease: Lease): Promise<boolean> {
    return this.fenced(lease, (tx) => archiveLink(tx, lease.accountId, 'the account was linked anew'));
  }

  /** Tries a link again that ended. @returns false when the lease is lost */
  restoreLink(lease: Lease): Promise<boolean> {
    return this.fenced(lease, (tx) => restoreLink(tx, lease.accountId));
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

  /** Until when the account may not write to new contacts; null: it may again. Nothing happens when the lease is lost. */
  async setNewChatsLock(lease: Lease, until: Date | null): Promise<void> {
    await this.fenced(lease, async (tx) => {
      await tx.query('update account set new_chats_locked_until = $2 where id = $1', [
        lease.accountId,
        until,
      ]);
    });
  }

  private fenced(lease: Lease, write: (tx: Transaction) => Promise<void>): Promise<boolean> {
    return inTransaction(this.pool, async (tx) => {
      const { rows } = await tx.query(HELD, [lease.accountId, lease.epoch, this.owner]);
      if (rows.length === 0) return false;
      await write(tx);
      return true;
    });
  }
}

const HELD =
  'select account_id from session_lease where account_id = $1 and epoch = $2 and owner = $3 for share';
