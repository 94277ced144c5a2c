import type { Sql } from '@waypost/lanes';

/**
 * Takes the probe of endpoints that back off and whose time has come: of all that try, in all processes, one gets it.
 *
 * @param heldMs for how long nobody else gets it, should nothing be heard of this one
 * @returns by endpoint, what proves that an attempt is the probe, in milliseconds of the database's clock
 */
export async function takeProbes(
  sql: Sql,
  endpointIds: readonly string[],
  heldMs: number,
): Promise<Map<string, number>> {
  if (endpointIds.length === 0) return new Map();
  const { rows } = await sql.query(
    `update outbound_endpoint
     set is_probed = true, next_attempt_at = date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => $2::float8 / 1000)
     from (
       select id from outbound_endpoint
       where id = any($1::uuid[]) and state = 'backing_off'
         and (next_attempt_at is null or next_attempt_at <= clock_timestamp())
       order by id
       for no key update
     ) as due
     where outbound_endpoint.id = due.id
     returning outbound_endpoint.id, extract(epoch from next_attempt_at) * 1000 as probe`,
    [endpointIds, heldMs],
  );
  return new Map(rows.map(({ id, probe }) => [id, Number(probe)]));
}
