import type { Sql } from './sql.js';

/** The name of a lane within its kind. */
export interface LaneName {
  key: string;
  /** Divides a key's work into lanes of their own, 0 to 32767; default 0. */
  slot?: number;
}

export interface NewItem extends LaneName {
  /** Id (uuid) of the row that tells the work to do. */
  ref: string;
}

/**
 * Appends items to lanes, which are born as needed, in the caller's transaction: they leave each lane in the order of the
 * commits, and within one call in the order given. A lane under a lease or with items in it is not touched otherwise.
 *
 * The lanes stay locked until the transaction ends, so call it once per kind and transaction, as the last thing before the
 * commit, kinds in the order of their names: else two transactions may wait for each other.
 * In SQL: `lane_enqueue(kind, keys, slots, refs)`.
 *
 * @returns the lanes that had been empty and are open. Hint their workers after the commit; a worker finds them without the
 * hint at its next sweep.
 */
export async function enqueue(
  sql: Sql,
  kind: string,
  items: readonly NewItem[],
): Promise<Required<LaneName>[]> {
  if (items.length === 0) return [];
  const { rows } = await sql.query(
    'select key, slot from lane_enqueue($1, $2::text[], $3::smallint[], $4::uuid[])',
    [kind, items.map((item) => item.key), items.map((item) => item.slot ?? 0), items.map((item) => item.ref)],
  );
  return rows;
}
