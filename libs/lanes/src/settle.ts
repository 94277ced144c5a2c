import type { Claim } from './claim.js';
import type { Sql } from './sql.js';

/**
 * How the work on a head item ended. `A` is what the caller wants to write in the transaction of the settle.
 *
 * - `done`: the item leaves the lane, whatever became of it. The next one is due after `paceMs` (default 0).
 * - `retry`: it stays the head and is due again after `afterMs`, and not before `paceMs`.
 *
 * `paceMs` also holds for an item that comes later to a lane that is empty now. It counts from the settle.
 */
export type Outcome<A = undefined> =
  | { result: 'done'; paceMs?: number; apply?: A }
  | { result: 'retry'; afterMs: number; paceMs?: number; apply?: A };

export interface Settlement<A = undefined> {
  claim: Claim;
  outcome: Outcome<A>;
}

export interface Settled<A = undefined> extends Settlement<A> {
  /** When the lane is due again, in milliseconds; absent: it is empty. */
  nextDueInMs?: number;
}

/**
 * Ends leases, in the caller's transaction.
 *
 * @returns those that took effect: a lane that was claimed again meanwhile, or settled already, is left out and unchanged.
 */
export async function settle<A>(sql: Sql, settlements: readonly Settlement<A>[]): Promise<Settled<A>[]> {
  const { rows } = await sql.query(
    `select place, due_in_ms
     from lane_settle($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::integer[], $6::integer[])`,
    [
      settlements.map(({ claim }) => claim.laneId),
      settlements.map(({ claim }) => claim.token),
      settlements.map(({ claim }) => claim.itemId),
      settlements.map(({ outcome }) => outcome.result === 'done'),
      settlements.map(({ outcome }) => (outcome.result === 'retry' ? Math.round(outcome.afterMs) : 0)),
      settlements.map(({ outcome }) => (outcome.paceMs === undefined ? null : Math.round(outcome.paceMs))),
    ],
  );
  return rows.map((row) => ({ ...settlements[row.place - 1]!, nextDueInMs: row.due_in_ms ?? undefined }));
}
