import type { Sql } from '@waypost/lanes';

/** An endpoint that its owner switched on, as it takes messages. */
export interface CollectingEndpoint {
  id: string;
  workspaceId: string;
  /** 0: each message on its own. */
  granularityHours: number;
  /** How many messages it takes before it drops others. */
  room: number;
}

export interface LockEndpointsOptions {
  /** Most messages that may wait for one endpoint, in open bundles and as deliveries. */
  maxWaiting: number;
  /** Deliveries of theirs are to be moved to other lanes: keeps the settles of deliveries, which lock the endpoint too, away meanwhile. */
  forMoves: boolean;
}

/**
 * The endpoints of the workspaces that take messages: those switched on, even when they were disabled because of errors. They are
 * locked against a change of their settings until the transaction ends, so lock them before chats, bundles and lanes.
 *
 * A healthy endpoint that is not behind takes a burst whole, however large the batch is: it empties its lanes.
 *
 * @returns by workspace
 */
export async function lockCollectingEndpoints(
  tx: Sql,
  workspaceIds: readonly string[],
  { maxWaiting, forMoves }: LockEndpointsOptions,
): Promise<Map<string, CollectingEndpoint>> {
  const { rows } = await tx.query(
    `select id, workspace_id as "workspaceId", granularity_hours as "granularityHours", state, (
       select coalesce(sum(messages), 0)::integer from (
         (select d.messages from delivery d
           where d.endpoint_id = e.id and d.generation = e.generation and d.state = 'pending' limit $2)
         union all
         (select b.messages from bundle b where b.endpoint_id = e.id and b.state = 'open' limit $2)
       ) as counted
     ) as waiting
     from outbound_endpoint e
     where workspace_id = any($1::uuid[]) and enabled and url is not null
     order by id
     for ${forMoves ? 'no key update' : 'key share'}`,
    [workspaceIds, maxWaiting],
  );
  return new Map(
    rows.map(({ state, waiting, ...endpoint }) => {
      const left = Math.max(0, maxWaiting - waiting);
      return [endpoint.workspaceId, { ...endpoint, room: state === 'healthy' && left > 0 ? Infinity : left }];
    }),
  );
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
