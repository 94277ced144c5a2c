import type { LaneName } from './enqueue.js';
import type { Sql } from './sql.js';

/**
 * Makes the lanes of the keys due that wait for a retry, in the caller's transaction: the reason to wait is gone. The pace still
 * holds, a lease in flight is not disturbed. Locks the lanes until the transaction ends, like `enqueue`.
 * In SQL: `lane_hasten(kind, keys)`.
 *
 * @returns the open lanes that fell due: hint their workers after the commit.
 */
export async function hasten(sql: Sql, kind: string, keys: readonly string[]): Promise<Required<LaneName>[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql.query('select key, slot from lane_hasten($1, $2::text[])', [kind, keys]);
  return rows;
}
