import type { LaneName } from './enqueue.js';
import type { Sql } from './sql.js';

/** One item that goes to another slot of its key. */
export interface Move {
  key: string;
  from: number;
  to: number;
  ref: string;
}

export interface Moved {
  /** The lanes that fell due: hint their workers after the commit. */
  due: Required<LaneName>[];
  /** Refs of what stayed, because a worker has it in its hands. */
  left: string[];
}

/**
 * Moves items to other slots of their keys, in the caller's transaction. There they keep their place: the items of a lane are in the order
 * in which they were enqueued, in whatever slot. What a worker has in its hands stays where it is. Locks the lanes until the transaction
 * ends, like `enqueue`.
 * In SQL: `lane_move(kind, keys, from, to, refs)`.
 */
export async function move(sql: Sql, kind: string, moves: readonly Move[]): Promise<Moved> {
  if (moves.length === 0) return { due: [], left: [] };
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
  return { due: rows, left: await listLeft(sql, kind, moves) };
}

/** The lanes are locked: of what was to leave one, its head alone can be there still. */
async function listLeft(sql: Sql, kind: string, moves: readonly Move[]): Promise<string[]> {
  const leaving = moves.filter(({ from, to }) => from !== to);
  if (leaving.length === 0) return [];
  const { rows } = await sql.query(
    `select head.ref
     from lane l
     cross join lateral (select ref from lane_item i where i.lane_id = l.id order by i.id limit 1) head
     where l.id = any(lane_ids($1, $2::text[], $3::smallint[])) and head.ref = any($4::uuid[])`,
    [kind, leaving.map(({ key }) => key), leaving.map(({ from }) => from), leaving.map(({ ref }) => ref)],
  );
  return rows.map(({ ref }) => ref);
}
