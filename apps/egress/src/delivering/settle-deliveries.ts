import { storable } from '@waypost/kernel';
import type { Settled, SettleTransaction, Settlement, Sql } from '@waypost/lanes';
import { noteDropped } from '../collecting/collecting-endpoints.js';
import { mailDisabled } from '../mailing/disabled-mail.js';
import { isAttempted, type Attempted, type AttemptOutcome } from './attempt-outcome.js';
import { afterAttempt, type BackOffRules, type EndpointState } from './endpoint-state.js';
import { setAside } from './set-aside.js';
import { logRequests, statusOf, type LoggedRequest } from './request-log.js';

export interface SettleDeliveriesOptions {
  rules: BackOffRules;
  /** For the mail to owners. */
  links: { consolePublicUrl: string; productName: string };
  /** How long what is not delivered is kept, in milliseconds. */
  retentionMs: number;
  /**
   * What waits in the lanes of these endpoints may have to go at once, or not to be tried any more. Called before the commit: it waits
   * for the lock of their rows.
   */
  onLanesChanged: (endpointIds: readonly string[]) => void;
  /** Called before the commit as well: requests were made for these workspaces. */
  onAttempted: (workspaceIds: readonly string[]) => void;
}

interface LockedEndpoint extends EndpointState {
  id: string;
  workspaceId: string;
  url: string | null;
  requests: number;
  /** The database's time, in milliseconds. */
  now: number;
}

/** Writes how attempts ended: deliveries, the state of their endpoints, the log of requests, and mail when one is disabled. */
export class SettleDeliveries implements SettleTransaction<AttemptOutcome> {
  /** Of the settle that is going on: a worker makes one at a time. */
  private locked = new Map<string, LockedEndpoint>();

  constructor(private readonly options: SettleDeliveriesOptions) {}

  async lockFirst(tx: Sql, settlements: readonly Settlement<AttemptOutcome>[]): Promise<void> {
    const ids = settlements
      .map(({ outcome }) => outcome.apply)
      .flatMap((apply) => (apply && 'endpointId' in apply ? [apply.endpointId] : []));
    this.locked = await lockEndpoints(tx, [...new Set(ids)]);
  }

  async apply(tx: Sql, settled: readonly Settled<AttemptOutcome>[]): Promise<void> {
    const outcomes = settled.map(({ outcome }) => outcome.apply).filter((apply) => apply !== undefined);
    const attempted = outcomes.filter(isAttempted);
    await writeDeliveries(tx, outcomes);
    await setAside(tx, outcomes);
    const after = this.fold(attempted);
    await writeEndpoints(tx, after, attempted);
    await noteDropped(tx, givenUp(attempted));
    await logRequests(tx, this.numbered(attempted));
    await this.notify(tx, after, attempted);
    this.options.onLanesChanged(this.changedLanes(outcomes, after));
    this.options.onAttempted([...after.values()].map(({ workspaceId }) => workspaceId));
  }

  /** The endpoints after the attempts, one after the other. */
  private fold(attempted: readonly Attempted[]): Map<string, LockedEndpoint> {
    const after = new Map<string, LockedEndpoint>();
    for (const outcome of attempted) {
      const before = after.get(outcome.endpointId) ?? this.locked.get(outcome.endpointId);
      if (!before) continue;
      const end = outcome.kind === 'delivered' ? ({ kind: 'succeeded' } as const) : outcome;
      const state = afterAttempt(before, end, before.now, this.options.rules);
      after.set(before.id, { ...before, ...state, requests: before.requests + 1 });
    }
    return after;
  }

  private numbered(attempted: readonly Attempted[]): LoggedRequest[] {
    const made = new Map<string, number>();
    return attempted.flatMap(({ request, deliveryId, endpointId }) => {
      const endpoint = this.locked.get(endpointId);
      if (!endpoint) return [];
      const number = (made.get(endpointId) ?? endpoint.requests) + 1;
      made.set(endpointId, number);
      return [{ ...request, deliveryId, number }];
    });
  }

  private async notify(
    tx: Sql,
    after: ReadonlyMap<string, LockedEndpoint>,
    attempted: readonly Attempted[],
  ): Promise<void> {
    for (const endpoint of after.values()) {
      if (endpoint.state !== 'disabled' || this.locked.get(endpoint.id)!.state === 'disabled') continue;
      const last = attempted.findLast(
        ({ endpointId, kind }) => endpointId === endpoint.id && kind === 'failed',
      );
      const error = last?.kind === 'failed' ? storable(last.error) : '';
      const reason = `${endpoint.consecutiveErrors} errors in a row; the last one: ${error}`;
      await tx.query('update outbound_endpoint set disabled_reason = $2 where id = $1', [
        endpoint.id,
        reason,
      ]);
      await mailDisabled(tx, { ...endpoint, reason }, this.options.links, this.options.retentionMs);
    }
  }

  /**
   * Endpoints that got healthy or disabled, and those of lanes that go on waiting although their endpoint did one of these before this
   * settle: their lanes were held, so that the change passed them by.
   */
  private changedLanes(
    outcomes: readonly AttemptOutcome[],
    after: ReadonlyMap<string, LockedEndpoint>,
  ): string[] {
    const changed = new Set<string>();
    for (const outcome of outcomes) {
      if (outcome.kind !== 'failed' && outcome.kind !== 'waiting') continue;
      const endpoint = after.get(outcome.endpointId) ?? this.locked.get(outcome.endpointId);
      if (endpoint && endpoint.state !== 'backing_off') changed.add(endpoint.id);
    }
    for (const { id, state } of after.values()) {
      if (state !== this.locked.get(id)!.state && state !== 'backing_off') changed.add(id);
    }
    return [...changed];
  }
}

async function lockEndpoints(tx: Sql, ids: readonly string[]): Promise<Map<string, LockedEndpoint>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query(
    `select id, workspace_id as "workspaceId", url, state, consecutive_errors as "consecutiveErrors",
       extract(epoch from next_attempt_at) * 1000 as "nextAttemptAt", is_probed as "isProbed", requests,
       extract(epoch from clock_timestamp()) * 1000 as now
     from outbound_endpoint where id = any($1::uuid[]) order by id for no key update`,
    [ids],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        nextAttemptAt: row.nextAttemptAt === null ? null : Number(row.nextAttemptAt),
        requests: Number(row.requests),
        now: Number(row.now),
      },
    ]),
  );
}

async function writeDeliveries(tx: Sql, outcomes: readonly AttemptOutcome[]): Promise<void> {
  const ended = outcomes.filter((outcome) => outcome.kind !== 'waiting' && outcome.kind !== 'aside');
  if (ended.length === 0) return;
  await tx.query(
    `update delivery set state = ended.state,
       delivered_at = case when ended.state = 'delivered' then now() end,
       attempts = attempts + case when ended.is_attempt then 1 else 0 end,
       last_status = case when ended.is_attempt then ended.status else last_status end,
       last_error = case when ended.is_attempt then ended.error else last_error end,
       failed_at = case when ended.error is null then failed_at else clock_timestamp() end,
       refusals = refusals + case when ended.error is not null and failed_at < e.last_success_at then 1 else 0 end,
       refused_since = case when ended.error is not null and failed_at < e.last_success_at
         then coalesce(refused_since, clock_timestamp()) else refused_since end
     from unnest($1::uuid[], $2::text[], $3::boolean[], $4::integer[], $5::text[], $6::uuid[])
       as ended (id, state, is_attempt, status, error, endpoint_id)
     left join outbound_endpoint e on e.id = ended.endpoint_id
     where delivery.id = ended.id`,
    [
      ended.map(({ deliveryId }) => deliveryId),
      ended.map(stateAfter),
      ended.map(isAttempted),
      ended.map((outcome) => (isAttempted(outcome) ? (statusOf(outcome.request.result) ?? null) : null)),
      ended.map((outcome) => (outcome.kind === 'failed' ? storable(outcome.error) : null)),
      ended.map((outcome) => (outcome.kind === 'failed' ? outcome.endpointId : null)),
    ],
  );
}

function stateAfter(outcome: Exclude<AttemptOutcome, { kind: 'waiting' | 'aside' }>): string {
  if (outcome.kind !== 'failed') return outcome.kind;
  return outcome.givenUp === undefined ? 'pending' : 'dropped';
}

/** How many messages, by endpoint. */
function givenUp(attempted: readonly Attempted[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const outcome of attempted) {
    if (outcome.kind !== 'failed' || outcome.givenUp === undefined) continue;
    counts.set(outcome.endpointId, (counts.get(outcome.endpointId) ?? 0) + outcome.givenUp);
  }
  return counts;
}

async function writeEndpoints(
  tx: Sql,
  after: ReadonlyMap<string, LockedEndpoint>,
  attempted: readonly Attempted[],
): Promise<void> {
  const succeeded = new Set(
    attempted.filter(({ kind }) => kind === 'delivered').map(({ endpointId }) => endpointId),
  );
  const endpoints = [...after.values()];
  if (endpoints.length === 0) return;
  await tx.query(
    `update outbound_endpoint set state = after.state, consecutive_errors = after.errors,
       next_attempt_at = to_timestamp(after.next_attempt / 1000), requests = after.requests, is_probed = after.is_probed,
       last_success_at = case when after.succeeded then clock_timestamp() else last_success_at end
     from unnest($1::uuid[], $2::text[], $3::integer[], $4::float8[], $5::bigint[], $6::boolean[], $7::boolean[])
       as after (id, state, errors, next_attempt, requests, succeeded, is_probed)
     where outbound_endpoint.id = after.id`,
    [
      endpoints.map(({ id }) => id),
      endpoints.map(({ state }) => state),
      endpoints.map(({ consecutiveErrors }) => consecutiveErrors),
      endpoints.map(({ nextAttemptAt }) => nextAttemptAt),
      endpoints.map(({ requests }) => requests),
      endpoints.map(({ id }) => succeeded.has(id)),
      endpoints.map(({ isProbed }) => isProbed),
    ],
  );
}
