import type { LaneName } from './enqueue.js';
import type { Sql } from './sql.js';

/** One item that goes to another slot of its key. */
export interface Move {
  key: string;
  from: number;
  to: number;
  ref: string;
}

/**
 * Moves items to other slots of their keys, in the caller's transaction. There they keep their place: the items of a lane are in the order
 * in which they were enqueued, in whatever slot. What a worker has in its hands stays where it is. Locks the lanes until the transaction
 * ends, like `enqueue`.
 * In SQL: `lane_move(kind, keys, from, to, refs)`.
 *
 * @returns the lanes that fell due: hint their workers after the commit
 */
export async function move(sql: Sql, kind: string, moves: readonly Move[]): Promise<Required<LaneName>[]> {
  if (moves.length === 0) return [];
  const { rows } = await sql.query(
    'select key, slot from lane_move($1, $2::text[], $3::smallint[], $4::smallint[], $5::uuid[])',
    [
      kind,
      moves.map(({ key }) => key),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
      moves.map(({ ref }) => ref),
    ],
  );
  return rows;
}
