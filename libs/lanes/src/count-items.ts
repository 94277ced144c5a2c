import type { Sql } from './sql.js';

/** How many items wait in all lanes of each key, the one being worked on included. Keys without items are absent. */
export async function countItems(
  sql: Sql,
  kind: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql.query(
    `select l.key, count(*)::integer as items
     from lane l join lane_item i on i.lane_id = l.id
     where l.kind = $1 and l.key = any($2::text[])
     group by l.key`,
    [kind, keys],
  );
  return new Map(rows.map((row: { key: string; items: number }) => [row.key, row.items]));
}
