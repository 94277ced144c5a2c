import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import { WANTS_SESSION } from './wants-session.js';

export interface Lease {
  accountId: string;
  epoch: number;
}

export interface LeaseTableOptions {
  ttlMs: number;
  /** Longest that Postgres may take to answer. */
  answerMs: number;
}

/**
 * Leases on accounts, by the database's clock. Their owner is a process, not a pod: two processes under one name, which is a mistake of
 * whoever set them up, share the accounts like any others.
 */
export class LeaseTable {
  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
    private readonly options: LeaseTableOptions,
  ) {}

  /**
   * Takes up to `most` accounts that want a session and that no living pod holds; `held` are this process's own, `former` are dead
   * processes, whose leases need not run out. Each pod chooses in an order of its own, so that pods that ask at the same time seldom want
   * the same accounts, and takes in the order of all, so that they never wait for each other.
   */
  async claim(most: number, held: string[], former: string[]): Promise<Lease[]> {
    if (most <= 0) return [];
    const rows = await this.query<{ account_id: string; epoch: string }>(
      `with free as (
         select a.id from account a left join session_lease l on l.account_id = a.id
         where (l.account_id is null or l.expires_at < now() or l.owner = $1 or l.owner = any($5::text[]))
           and not (a.id = any($2::uuid[])) and (${WANTS_SESSION})
         order by hashtext(a.id::text || $1)
         limit $3
       )
       insert into session_lease (account_id, owner, epoch, expires_at)
       select id, $1, 1, now() + $4 * interval '1 ms' from free order by id
       on conflict (account_id) do update
         set owner = excluded.owner, epoch = session_lease.epoch + 1, expires_at = excluded.expires_at
         where session_lease.expires_at < now() or session_lease.owner = excluded.owner or session_lease.owner = any($5::text[])
       returning account_id, epoch`,
      [this.owner, held, most, this.options.ttlMs, former],
    );
    return rows.map((row) => ({ accountId: row.account_id, epoch: Number(row.epoch) }));
  }

  /**
   * Renews leases, but for those that somebody else has locked: they are as they were. @returns by account, of the leases that are still
   * this process's, whether it was renewed
   */
  async renew(leases: Lease[]): Promise<Map<string, boolean>> {
    if (leases.length === 0) return new Map();
    const rows = await this.query<{ account_id: string; renewed: boolean }>(
      `with mine as (
         select account_id, epoch from session_lease
         join unnest($1::uuid[], $2::bigint[]) as m(account_id, epoch) using (account_id, epoch)
         where owner = $3
       ), free as (
         select l.account_id from session_lease l
         join mine on mine.account_id = l.account_id and mine.epoch = l.epoch
         where l.owner = $3
         order by l.account_id
         for no key update of l skip locked
       ), renewed as (
         update session_lease l set expires_at = now() + $4 * interval '1 ms'
         from free where l.account_id = free.account_id
         returning l.account_id
       )
       select account_id, renewed.account_id is not null as renewed from mine left join renewed using (account_id)`,
      [
        leases.map((lease) => lease.accountId),
        leases.map((lease) => lease.epoch),
        this.owner,
        this.options.ttlMs,
      ],
    );
    return new Map(rows.map(({ account_id, renewed }) => [account_id, renewed]));
  }

  /** Gives a lease back, so that another pod can connect at once. It is nobody's then: a renewal that is under way does not find it. */
  async release(lease: Lease): Promise<void> {
    await this.query(
      `update session_lease set expires_at = now(), owner = '' where account_id = $1 and epoch = $2 and owner = $3`,
      [lease.accountId, lease.epoch, this.owner],
    );
  }

  /** Whether the lease is still this process's. */
  async holds(lease: Lease): Promise<boolean> {
    const rows = await this.query(
      'select from session_lease where account_id = $1 and epoch = $2 and owner = $3',
      [lease.accountId, lease.epoch, this.owner],
    );
    return rows.length > 0;
  }

  /** Of which of these accounts somebody wants something now: to link it, to connect it, to log it out. */
  async wished(accountIds: string[]): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `select account_id as id from account_pairing where state = 'requested' and account_id = any($1::uuid[])
       union
       select id from account where wish is not null and id = any($1::uuid[])`,
      [accountIds],
    );
    return rows.map(({ id }) => id);
  }

  private async query<R extends QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    const query: QueryConfig & { query_timeout: number } = {
      text,
      values,
      query_timeout: this.options.answerMs,
    };
    return (await this.pool.query<R>(query)).rows;
  }
}
