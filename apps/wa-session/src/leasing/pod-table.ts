import type { Pool } from 'pg';
import type { Pod } from './fair-share.js';
import { WANTS_SESSION } from './wants-session.js';

/** All pods and accounts, as one pod sees them in one round. */
export interface Fleet {
  /** Accounts that want a session. */
  wanting: number;
  /** Those of them that nobody has held for a while. */
  withoutOwner: number;
  /** The other living pods that take accounts. */
  others: Pod[];
}

/** An account may be without an owner for so long before it counts: it changes hands. */
const CHANGES_HANDS_MS = 30_000;

/** The heartbeats of all pods, by the database's clock. */
export class PodTable {
  /** @param livesMs a pod that was not heard of for so long counts no more */
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
    private readonly livesMs: number,
  ) {}

  /** Tells that this pod lives and what it holds. @returns what it shares the accounts with */
  async beat(own: Pod & { draining: boolean }): Promise<Fleet> {
    const { rows } = await this.pool.query<{ wanting: number; withoutOwner: number; others: Pod[] | null }>(
      `with beat as (
         insert into session_pod (name, seen_at, sessions, room, draining) values ($1, now(), $2, $3, $4)
         on conflict (name) do update set seen_at = excluded.seen_at, sessions = excluded.sessions, room = excluded.room,
           draining = excluded.draining
       ), gone as (
         delete from session_pod where seen_at < now() - interval '1 hour' and name <> $1
       ), wants as (
         select greatest(l.expires_at, a.wished_at, case when a.state = 'stopped' then a.retry_at end, (
           select p.requested_at from account_pairing p where p.account_id = a.id
         )) as last_held_at
         from account a left join session_lease l on l.account_id = a.id
         where ${WANTS_SESSION}
       )
       select (select count(*)::integer from wants) as wanting,
         (
           select count(*)::integer from wants
           where coalesce(last_held_at, '-infinity') < now() - $6 * interval '1 ms'
         ) as "withoutOwner",
         (
           select json_agg(json_build_object('sessions', sessions, 'room', room)) from session_pod
           where name <> $1 and not draining and seen_at > now() - $5 * interval '1 ms'
         ) as others`,
      [this.name, own.sessions, own.room, own.draining, this.livesMs, CHANGES_HANDS_MS],
    );
    const { wanting = 0, withoutOwner = 0, others } = rows[0] ?? {};
    return { wanting, withoutOwner, others: others ?? [] };
  }

  /** This pod is gone for good. */
  async leave(): Promise<void> {
    await this.pool.query('delete from session_pod where name = $1', [this.name]);
  }
}
