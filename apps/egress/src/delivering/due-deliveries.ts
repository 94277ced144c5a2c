import type { Sql } from '@waypost/lanes';

/** A delivery with the endpoint as it is now. */
export interface DueDelivery {
  id: string;
  workspaceId: string;
  messageId: string;
  body: string;
  /** Attempts made before. */
  attempts: number;
  createdAt: Date;
  endpoint: {
    id: string;
    /** null or not enabled: its owner switched it off. */
    url: string | null;
    enabled: boolean;
    /** True when it was disabled because of errors: what waits for it is kept. */
    disabled: boolean;
    secretSealed: Buffer;
    consecutiveErrors: number;
    /** How long it is still to be left alone, in milliseconds; 0 or less: not at all. */
    backOffMs: number;
  };
}

/** Those of the deliveries that still are to be made, by their id. */
export async function loadDueDeliveries(sql: Sql, ids: readonly string[]): Promise<Map<string, DueDelivery>> {
  const { rows } = await sql.query(
    `select d.id, d.workspace_id, d.message_id, d.body, d.attempts, d.created_at,
       e.id as endpoint_id, e.url, e.enabled, e.state = 'disabled' as disabled, e.secret_sealed, e.consecutive_errors,
       coalesce(ceil(extract(epoch from e.next_attempt_at - clock_timestamp()) * 1000), 0)::float8 as back_off_ms
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
        endpoint: {
          id: row.endpoint_id,
          url: row.url,
          enabled: row.enabled,
          disabled: row.disabled,
          secretSealed: row.secret_sealed,
          consecutiveErrors: row.consecutive_errors,
          backOffMs: row.back_off_ms,
        },
      },
    ]),
  );
}
