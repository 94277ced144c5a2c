import type { Sql } from '@waypost/lanes';

/** An endpoint that its owner switched on, as it takes messages. */
export interface CollectingEndpoint {
  id: string;
  workspaceId: string;
  /** 0: each message on its own. */
  granularityHours: number;
  /** Deliveries that it may still take before it drops messages. */
  room: number;
}

/**
 * The endpoints of the workspaces that take messages: those switched on, even when they were disabled because of errors. They are
 * locked against a change of their settings until the transaction ends, so lock them before chats, bundles and lanes.
 *
 * What waits is counted only where something may be wrong: a healthy endpoint empties its lanes.
 *
 * @param maxWaiting most deliveries that may wait for one endpoint
 * @returns by workspace
 */
export async function lockCollectingEndpoints(
  tx: Sql,
  workspaceIds: readonly string[],
  maxWaiting: number,
): Promise<Map<string, CollectingEndpoint>> {
  const { rows } = await tx.query(
    `select id, workspace_id as "workspaceId", granularity_hours as "granularityHours", state
     from outbound_endpoint
     where workspace_id = any($1::uuid[]) and enabled and url is not null
     order by id
     for key share`,
    [workspaceIds],
  );
  const ailing = rows.filter(({ state }) => state !== 'healthy').map(({ id }) => id as string);
  const waiting =
    ailing.length === 0 ? new Map<string, number>() : await countWaiting(tx, ailing, maxWaiting);
  return new Map(
    rows.map(({ id, workspaceId, granularityHours }) => [
      workspaceId,
      { id, workspaceId, granularityHours, room: maxWaiting - (waiting.get(id) ?? 0) },
    ]),
  );
}

/** Counts up to `most`. */
async function countWaiting(
  tx: Sql,
  endpointIds: readonly string[],
  most: number,
): Promise<Map<string, number>> {
  const { rows } = await tx.query(
    `select wanted.id, (
       select count(*)::integer from (
         select from delivery d where d.endpoint_id = wanted.id and d.state = 'pending' limit $2
       ) as counted
     ) as waiting
     from unnest($1::uuid[]) as wanted (id)`,
    [endpointIds, most],
  );
  return new Map(rows.map(({ id, waiting }) => [id, waiting]));
}

/** Says on the endpoints how many messages were not kept. */
export async function noteDropped(tx: Sql, dropped: ReadonlyMap<string, number>): Promise<void> {
  if (dropped.size === 0) return;
  const ids = [...dropped.keys()].sort();
  await tx.query(
    `update outbound_endpoint set dropped = dropped + noted.count
     from unnest($1::uuid[], $2::integer[]) as noted (id, count)
     where outbound_endpoint.id = noted.id`,
    [ids, ids.map((id) => dropped.get(id))],
  );
}
