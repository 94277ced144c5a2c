import type { LaneName } from './enqueue.js';
import type { Sql } from './sql.js';

/**
 * Opens or closes all lanes of the keys, those not yet born included, in the caller's transaction. Closed lanes take items
 * but none is claimed; work under a lease goes on and is settled as usual. Lanes are born open.
 * In SQL: `lane_set_open(kind, keys, open)`.
 *
 * @returns the lanes that were opened with items in them: hint their workers after the commit.
 */
export async function setOpen(
  sql: Sql,
  kind: string,
  keys: readonly string[],
  open: boolean,
): Promise<Required<LaneName>[]> {
  const { rows } = await sql.query('select key, slot from lane_set_open($1, $2::text[], $3)', [
    kind,
    keys,
    open,
  ]);
  return rows;
}
