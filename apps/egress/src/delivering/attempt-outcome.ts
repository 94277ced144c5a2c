import type { Sql } from '@waypost/lanes';

/** What the settle of a delivery lane writes: how an attempt ended, or that the delivery is not wanted any more. */
export type AttemptOutcome =
  | { kind: 'delivered'; deliveryId: string; endpointId: string }
  | {
      kind: 'failed';
      deliveryId: string;
      endpointId: string;
      /** Absent when no answer came. */
      status?: number;
      /** A sentence for a person. */
      error: string;
      /** How long ago the request began, when the outcome is written. */
      ageMs: () => number;
      /** How long the endpoint is to be left alone. */
      backOffMs: number;
    }
  | { kind: 'dropped'; deliveryId: string };

type Outcome<K extends AttemptOutcome['kind']> = Extract<AttemptOutcome, { kind: K }>;

/** Writes outcomes to deliveries and endpoints, endpoints in the order of their ids. */
export async function writeOutcomes(tx: Sql, outcomes: readonly AttemptOutcome[]): Promise<void> {
  const delivered = ofKind(outcomes, 'delivered');
  const failed = ofKind(outcomes, 'failed');
  const dropped = ofKind(outcomes, 'dropped');
  if (dropped.length > 0) {
    await tx.query(`update delivery set state = 'dropped' where id = any($1::uuid[])`, [
      dropped.map(({ deliveryId }) => deliveryId),
    ]);
  }
  if (delivered.length > 0) {
    await tx.query(
      `update delivery set state = 'delivered', delivered_at = now(), attempts = attempts + 1,
         last_status = 200, last_error = null
       where id = any($1::uuid[])`,
      [delivered.map(({ deliveryId }) => deliveryId)],
    );
  }
  if (failed.length > 0) {
    await tx.query(
      `update delivery set attempts = attempts + 1, last_status = failed.status, last_error = failed.error
       from unnest($1::uuid[], $2::integer[], $3::text[]) as failed (id, status, error)
       where delivery.id = failed.id`,
      [
        failed.map(({ deliveryId }) => deliveryId),
        failed.map(({ status }) => status ?? null),
        failed.map(({ error }) => error),
      ],
    );
  }
  await writeEndpoints(tx, delivered, failed);
}

async function writeEndpoints(
  tx: Sql,
  delivered: Outcome<'delivered'>[],
  failed: Outcome<'failed'>[],
): Promise<void> {
  const ids = [...new Set([...delivered, ...failed].map(({ endpointId }) => endpointId))];
  if (ids.length === 0) return;
  await tx.query('select from outbound_endpoint where id = any($1::uuid[]) order by id for no key update', [
    ids,
  ]);
  if (delivered.length > 0) {
    await tx.query(
      `update outbound_endpoint set consecutive_errors = 0, state = 'healthy', next_attempt_at = null
       where id = any($1::uuid[]) and state <> 'disabled'
         and (consecutive_errors > 0 or state <> 'healthy' or next_attempt_at is not null)`,
      [delivered.map(({ endpointId }) => endpointId)],
    );
  }
  for (const { endpointId, ageMs, backOffMs } of failed) {
    // A request that began before the endpoint was last left alone was in flight when another one failed: that is one error.
    await tx.query(
      `update outbound_endpoint set consecutive_errors = consecutive_errors + 1, state = 'backing_off',
         next_attempt_at = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
       where id = $1 and state <> 'disabled'
         and (next_attempt_at is null or next_attempt_at <= clock_timestamp() - make_interval(secs => $2::float8 / 1000))`,
      [endpointId, ageMs(), backOffMs],
    );
  }
}

function ofKind<K extends AttemptOutcome['kind']>(
  outcomes: readonly AttemptOutcome[],
  kind: K,
): Outcome<K>[] {
  return outcomes.filter((outcome): outcome is Outcome<K> => outcome.kind === kind);
}
