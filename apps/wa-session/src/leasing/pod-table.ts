import type { Pool, QueryConfig } from 'pg';
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
  /** Dead processes that ran under the name of this pod. */
  former: string[];
}

/** An account may be without an owner for so long before it counts: it changes hands. */
const CHANGES_HANDS_MS = 30_000;

export interface PodTableOptions {
  /** A pod that was not heard of for so long counts no more. */
  livesMs: number;
  /** The same for a former process under the name of this pod, sooner: most likely this one was started because that one died. */
  restartsMs: number;
  /** Longest that Postgres may take to answer. */
  answerMs: number;
}

/** The heartbeats of all pods, by the database's clock. A pod is told by its process; see `ServiceConfig.processName`. */
export class PodTable {
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
    private readonly options: PodTableOptions,
  ) {}

  /** Tells that this pod lives and what it holds. @returns what it shares the accounts with */
  async beat(own: Pod & { draining: boolean }): Promise<Fleet> {
    const { livesMs, restartsMs, answerMs } = this.options;
    const query: QueryConfig & { query_timeout: number } = {
      query_timeout: answerMs,
      text: `with beat as (
         insert into session_pod (name, seen_at, sessions, room, draining) values ($1, now(), $2, $3, $4)
         on conflict (name) do update set seen_at = excluded.seen_at, sessions = excluded.sessions, room = excluded.room,
           draining = excluded.draining
       ), gone as (
         delete from session_pod where seen_at < now() - interval '1 hour' and name <> $1
       ), former as (
         select name from session_pod
         where split_part(name, '_', 1) = split_part($1, '_', 1) and name <> $1 and seen_at < now() - $7 * interval '1 ms'
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
           where name <> $1 and not draining and seen_at > now() - $5 * interval '1 ms' and name not in (select name from former)
         ) as others,
         array(select name from former) as former`,
      values: [this.name, own.sessions, own.room, own.draining, livesMs, CHANGES_HANDS_MS, restartsMs],
    };
    const { rows } = await this.pool.query<Omit<Fleet, 'others'> & { others: Pod[] | null }>(query);
    const { wanting = 0, withoutOwner = 0, others, former = [] } = rows[0] ?? {};
    return { wanting, withoutOwner, others: others ?? [], former };
  }

  /** This pod is gone for good. */
  async leave(): Promise<void> {
    await this.pool.query('delete from session_pod where name = $1', [this.name]);
  }
}
