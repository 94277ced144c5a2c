import type { Sql } from './sql.js';

/**
 * Deletes empty lanes, for kinds whose keys are used for a time and never again. What is enqueued to such a lane meanwhile would be lost.
 * In SQL: `lane_forget(kind, below, limit)`.
 * @param below lanes go whose key sorts before it
 * @returns how many went, at most `limit`
 */
export async function forget(sql: Sql, kind: string, below: string, limit: number): Promise<number> {
  const { rows } = await sql.query('select lane_forget($1, $2, $3) as gone', [kind, below, limit]);
  return rows[0].gone;
}
