import type { Sql } from '@waypost/lanes';

/** A delivery with the endpoint as it is now. */
export interface DueDelivery {
  id: string;
  workspaceId: string;
  /** Of a bundle: null. */
  messageId: string | null;
  body: string;
  /** Attempts made before. */
  attempts: number;
  createdAt: Date;
  endpoint: DueEndpoint;
}

export interface DueEndpoint {
  id: string;
  /** null or not enabled: its owner switched it off. */
  url: string | null;
  enabled: boolean;
  state: 'healthy' | 'backing_off' | 'disabled';
  secretSealed: Buffer;
  /** Signs as well; null when no rotation is under way. */
  previousSecretSealed: Buffer | null;
  consecutiveErrors: number;
  /** How long it is still to be left alone, in milliseconds; 0 or less: not at all. */
  backOffMs: number;
}

/** What is read of an endpoint, as SQL: its columns from `e`. */
export const ENDPOINT_COLUMNS = `
  e.id as endpoint_id, e.url, e.enabled, e.state, e.secret_sealed, e.consecutive_errors,
  case when e.previous_secret_until > now() then e.previous_secret_sealed end as previous_secret_sealed,
  coalesce(ceil(extract(epoch from e.next_attempt_at - clock_timestamp()) * 1000), 0)::float8 as back_off_ms`;

interface EndpointRow {
  endpoint_id: string;
  url: string | null;
  enabled: boolean;
  state: DueEndpoint['state'];
  secret_sealed: Buffer;
  consecutive_errors: number;
  previous_secret_sealed: Buffer | null;
  back_off_ms: number;
}

export function toEndpoint(row: EndpointRow): DueEndpoint {
  return {
    id: row.endpoint_id,
    url: row.url,
    enabled: row.enabled,
    state: row.state,
    secretSealed: row.secret_sealed,
    previousSecretSealed: row.previous_secret_sealed,
    consecutiveErrors: row.consecutive_errors,
    backOffMs: row.back_off_ms,
  };
}

/** Those of the deliveries that still are to be made, by their id. */
export async function loadDueDeliveries(sql: Sql, ids: readonly string[]): Promise<Map<string, DueDelivery>> {
  const { rows } = await sql.query(
    `select d.id, d.workspace_id, d.message_id, d.body, d.attempts, d.created_at, ${ENDPOINT_COLUMNS}
     from delivery d
     join outbound_endpoint e on e.id = d.endpoint_id
     where d.id = any($1::uuid[]) and d.state = 'pending'`,
    [ids],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        workspaceId: row.workspace_id,
        messageId: row.message_id,
        body: row.body,
        attempts: row.attempts,
        createdAt: row.created_at,
        endpoint: toEndpoint(row),
      },
    ]),
  );
}
