import type { Sql } from '@waypost/lanes';

/** A delivery with the endpoint as it is now. */
export interface DueDelivery {
  id: string;
  workspaceId: string;
  /** Of a bundle: null. */
  messageId: string | null;
  /** null: it is large, or not to be made now; see `loadBodies`. */
  body: string | null;
  bodyBytes: number;
  /** How many it tells. */
  messages: number;
  /** Attempts made before. */
  attempts: number;
  createdAt: Date;
  /** Its owner switched the endpoint off since it was made. */
  isForgone: boolean;
  /** It goes ahead of the others of its chat, which stay aside until it is through. */
  goesAhead: boolean;
  /** Another delivery of its chat goes first: one that was set aside, or that is in another lane since their chats became one. */
  isBehind: boolean;
  /** It alone fails: others got through since its last failure. */
  refused: Refused | null;
  endpoint: DueEndpoint;
}

export interface Refused {
  /** How often it failed like that before. */
  times: number;
  /** Since the first of them, in milliseconds; 0: none yet. */
  forMs: number;
  /** Since the last failure of any kind. */
  sinceFailureMs: number;
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

/** Most deliveries are of one message: their bodies come along. */
const SMALL_BODY_BYTES = 16 * 1024;

/** Those of the deliveries that still are to be made, by their id. */
export async function loadDueDeliveries(sql: Sql, ids: readonly string[]): Promise<Map<string, DueDelivery>> {
  const { rows } = await sql.query(
    `select d.id, d.workspace_id, d.message_id, d.messages, d.attempts, d.created_at, octet_length(d.body) as body_bytes,
       case when octet_length(d.body) <= ${SMALL_BODY_BYTES} and e.state = 'healthy' then d.body end as body,
       d.generation <> e.generation as is_forgone, d.goes_ahead,
       exists (
         select from delivery ahead
         where ahead.endpoint_id = d.endpoint_id and ahead.chat_id = d.chat_id and ahead.goes_ahead
           and ahead.state = 'pending' and ahead.id <> d.id and (not d.goes_ahead or ahead.id < d.id)
       ) as is_behind,
       coalesce(d.failed_at < e.last_success_at, false) as is_refused, d.refusals,
       coalesce(extract(epoch from clock_timestamp() - d.refused_since) * 1000, 0)::float8 as refused_for_ms,
       (extract(epoch from clock_timestamp() - d.failed_at) * 1000)::float8 as since_failure_ms, ${ENDPOINT_COLUMNS}
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
        bodyBytes: row.body_bytes,
        messages: row.messages,
        attempts: row.attempts,
        createdAt: row.created_at,
        isForgone: row.is_forgone,
        goesAhead: row.goes_ahead,
        isBehind: row.is_behind,
        refused: row.is_refused
          ? { times: row.refusals, forMs: row.refused_for_ms, sinceFailureMs: row.since_failure_ms }
          : null,
        endpoint: toEndpoint(row),
      },
    ]),
  );
}

/** @returns by the id of the delivery */
export async function loadBodies(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql.query('select id, body from delivery where id = any($1::uuid[])', [ids]);
  return new Map(rows.map(({ id, body }) => [id, body]));
}
