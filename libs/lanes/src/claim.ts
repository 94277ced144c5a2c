import type { Sql } from './sql.js';

/** A leased lane with its head item. The ids are bigints, kept as text. */
export interface Claim {
  laneId: string;
  /** Fences the settle: it takes effect only while this is the lane's latest claim. */
  token: string;
  key: string;
  slot: number;
  itemId: string;
  /** What was given to `enqueue`. */
  ref: string;
  /** Earlier claims of this item, those of workers that died before they settled included; 0 the first time. */
  attempts: number;
  /** How long the lane had been due, in milliseconds. */
  lateMs: number;
}

export interface Claims {
  /** The longest due first. At most one per lane. */
  claims: Claim[];
  /** When the next lane falls due, in milliseconds from now; 0 or less: there is one already. Absent: none is to come. */
  nextDueInMs?: number;
  /** Give this to the next claim to spare it what lies behind this one; see there. */
  since: Date;
}

/**
 * Leases up to `limit` due lanes of a kind, in a transaction of its own. A lane that is not settled within `leaseMs` falls due
 * again with the same head. `LaneWorker` does this; call it yourself only to build another worker.
 *
 * `since`, from the claim before, makes it cheap on a busy kind: lanes due before it are not looked at. There may be some, made due by
 * a transaction that was slow to commit, so claim without it once in a while.
 */
export async function claim(
  sql: Sql,
  kind: string,
  limit: number,
  leaseMs: number,
  since?: Date,
): Promise<Claims> {
  const { rows } = await sql.query(
    `select * from lane_claim($1, $2, $3, coalesce($4::timestamptz, '-infinity'))`,
    [kind, limit, leaseMs, since],
  );
  const last = rows.pop();
  return {
    claims: rows.map((row) => ({
      laneId: row.lane_id,
      token: row.token,
      key: row.key,
      slot: row.slot,
      itemId: row.item_id,
      ref: row.ref,
      attempts: row.attempts,
      lateMs: row.late_ms,
    })),
    nextDueInMs: last.due_in_ms ?? undefined,
    since: last.since,
  };
}
