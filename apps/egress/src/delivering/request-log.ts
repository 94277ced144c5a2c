import { storable } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import type { HttpResult } from '@waypost/safe-http';
import type { MadeRequest } from './signed-post.js';

/** How many requests of an endpoint are kept. */
const KEPT = 100;
const REDACTED = '[redacted]';
const SECRET_REQUEST_HEADERS = ['webhook-signature'];
const SECRET_ANSWER_HEADERS = ['set-cookie', 'set-cookie2'];

export interface LoggedRequest extends MadeRequest {
  /** Rises by one with each request of the endpoint. */
  number: number;
  /** null for a test. */
  deliveryId: string | null;
}

/** Writes requests into the rings of their endpoints, whose rows are locked. Of many to one endpoint the latest 100 are written. */
export async function logRequests(tx: Sql, requests: readonly LoggedRequest[]): Promise<void> {
  const latest = new Map(requests.map((one) => [`${one.endpointId} ${one.number % KEPT}`, one]));
  const kept = [...latest.values()];
  if (kept.length === 0) return;
  await tx.query(
    `insert into delivery_request (endpoint_id, slot, number, delivery_id, at, url, request_headers, request_body, status,
       response_headers, response_body, error_class, error, duration_ms)
     select * from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::uuid[], $5::timestamptz[], $6::text[], $7::jsonb[],
       $8::text[], $9::smallint[], $10::jsonb[], $11::text[], $12::text[], $13::text[], $14::real[])
     on conflict (endpoint_id, slot) do update set
       number = excluded.number, delivery_id = excluded.delivery_id, at = excluded.at, url = excluded.url,
       request_headers = excluded.request_headers, request_body = excluded.request_body, status = excluded.status,
       response_headers = excluded.response_headers, response_body = excluded.response_body,
       error_class = excluded.error_class, error = excluded.error, duration_ms = excluded.duration_ms`,
    [
      kept.map(({ endpointId }) => endpointId),
      kept.map(({ number }) => number % KEPT),
      kept.map(({ number }) => number),
      kept.map(({ deliveryId }) => deliveryId),
      kept.map(({ at }) => at),
      kept.map(({ url }) => storable(url)),
      kept.map(({ headers }) => JSON.stringify(redacted(headers, SECRET_REQUEST_HEADERS))),
      kept.map(({ body }) => body),
      kept.map(({ result }) => statusOf(result) ?? null),
      kept.map(({ result }) => answerHeaders(result)),
      kept.map(({ result }) => (result.kind === 'answer' ? storable(result.body) : null)),
      kept.map(({ problem }) => problem?.errorClass ?? null),
      kept.map(({ problem }) => (problem ? storable(problem.error) : null)),
      kept.map(({ result }) => result.durationMs),
    ],
  );
}

/** Absent when no complete answer came. */
export function statusOf(result: HttpResult): number | undefined {
  return result.kind === 'answer' ? result.status : undefined;
}

function answerHeaders(result: HttpResult): string | null {
  if (result.kind === 'error') return null;
  return JSON.stringify(redacted(result.headers, SECRET_ANSWER_HEADERS));
}

type Headers = Record<string, string | string[] | undefined>;

function redacted(headers: Headers, secret: readonly string[]): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (secret.includes(name.toLowerCase())) return [storable(name), REDACTED];
      return [storable(name), Array.isArray(value) ? value.map(storable) : value && storable(value)];
    }),
  );
}
