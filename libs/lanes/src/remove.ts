import type { Sql } from './sql.js';

/**
 * Takes items out of lanes before their turn, in the caller's transaction: what they refer to is settled already. Lanes that a worker
 * holds keep theirs. Locks the lanes until the transaction ends, like `enqueue`.
 * In SQL: `lane_remove(kind, keys, refs)`.
 */
export async function remove(
  sql: Sql,
  kind: string,
  keys: readonly string[],
  refs: readonly string[],
): Promise<void> {
  if (refs.length === 0) return;
  await sql.query('select lane_remove($1, $2::text[], $3::uuid[])', [kind, [...new Set(keys)], refs]);
}
