import type { Pool } from 'pg';
import { WANTS_SESSION } from './wants-session.js';

export interface Lease {
  accountId: string;
  epoch: number;
}

/**
 * Leases on accounts, by the database's clock. A pod that restarts under its name takes its own leases over at once: its
 * former process is dead, and the raised epoch fences it if it is not.
 */
export class LeaseTable {
  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
    private readonly ttlMs: number,
  ) {}

  /**
   * Takes up to `most` accounts that want a session and that no living pod holds; `held` are this process's own. Each pod chooses in
   * an order of its own, so that pods that ask at the same time seldom want the same accounts, and takes in the order of all, so
   * that they never wait for each other.
   */
  async claim(most: number, held: string[]): Promise<Lease[]> {
    if (most <= 0) return [];
    const { rows } = await this.pool.query<{ account_id: string; epoch: string }>(
      `with free as (
         select a.id from account a left join session_lease l on l.account_id = a.id
         where (l.account_id is null or l.expires_at < now() or l.owner = $1) and not (a.id = any($2::uuid[]))
           and (${WANTS_SESSION})
         order by hashtext(a.id::text || $1)
         limit $3
       )
       insert into session_lease (account_id, owner, epoch, expires_at)
       select id, $1, 1, now() + $4 * interval '1 ms' from free order by id
       on conflict (account_id) do update
         set owner = excluded.owner, epoch = session_lease.epoch + 1, expires_at = excluded.expires_at
         where session_lease.expires_at < now() or session_lease.owner = excluded.owner
       returning account_id, epoch`,
      [this.owner, held, most, this.ttlMs],
    );
    return rows.map((row) => ({ accountId: row.account_id, epoch: Number(row.epoch) }));
  }

  /** Renews the leases that are still this process's. @returns the ids of those; the others are lost. */
  async renew(leases: Lease[]): Promise<Set<string>> {
    if (leases.length === 0) return new Set();
    const { rows } = await this.pool.query<{ account_id: string }>(
      `with mine as (
         select l.account_id from session_lease l
         join unnest($1::uuid[], $2::bigint[]) as m(account_id, epoch) on m.account_id = l.account_id and m.epoch = l.epoch
         where l.owner = $3
         order by l.account_id
         for no key update of l
       )
       update session_lease l set expires_at = now() + $4 * interval '1 ms'
       from mine where l.account_id = mine.account_id
       returning l.account_id`,
      [leases.map((lease) => lease.accountId), leases.map((lease) => lease.epoch), this.owner, this.ttlMs],
    );
    return new Set(rows.map((row) => row.account_id));
  }

  /** Gives a lease back, so that another pod can connect at once. */
  async release(lease: Lease): Promise<void> {
    await this.pool.query(
      `update session_lease set expires_at = now() where account_id = $1 and epoch = $2 and owner = $3`,
      [lease.accountId, lease.epoch, this.owner],
    );
  }

  /** Whether the lease is still this process's. */
  async holds(lease: Lease): Promise<boolean> {
    const { rows } = await this.pool.query(
      'select from session_lease where account_id = $1 and epoch = $2 and owner = $3',
      [lease.accountId, lease.epoch, this.owner],
    );
    return rows.length > 0;
  }

  /** Of which of these accounts somebody wants something now: to link it, to connect it, to log it out. */
  async wished(accountIds: string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select account_id as id from account_pairing where state = 'requested' and account_id = any($1::uuid[])
       union
       select id from account where wish is not null and id = any($1::uuid[])`,
      [accountIds],
    );
    return rows.map(({ id }) => id);
  }
}
