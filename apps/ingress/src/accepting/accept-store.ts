import pg from 'pg';
import type { AcceptRequest, Decision } from './accept-request.js';

export interface AcceptResult {
  /** One per request, in their order. */
  decisions: Decision[];
  /** A send lane that had been empty fell due. */
  laneDue: boolean;
  /** A file waits to be fetched. */
  fetchDue: boolean;
}

/**
 * Why a batch was not decided, and what is known of it.
 * - `away`: nothing happened; the database cannot work at the moment.
 * - `lost`: the connection broke, or nobody answered in time: it may have taken effect.
 * - `conflict`: rolled back in favour of another transaction; the same call works.
 * - `refused`: rolled back, something in the batch cannot be stored.
 */
export type AcceptFailureKind = 'away' | 'lost' | 'conflict' | 'refused';

export class AcceptFailure extends Error {
  constructor(
    readonly kind: AcceptFailureKind,
    cause: unknown,
  ) {
    super(`batch not decided: ${kind}`, { cause });
    this.name = 'AcceptFailure';
  }
}

/** Above the server's own limit for a statement, so that this one only ends waits on a dead network. */
const ANSWER_DEADLINE_MS = 20_000;

const ACCEPT = `select status, message, key_id, workspace, lane_due, fetch_due from accept_messages(
  $1::uuid[], $2::text[], $3::bytea[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[],
  $11::text[], $12::text[], $13::text[], $14::smallint[], $15::text[], $16::bytea[], $17::bytea[], $18::text[], $19::text[],
  $20::real[], $21)`;

/** Decides batches in Postgres: one call, one transaction (the migration `accept` holds what happens in it). */
export class AcceptStore {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * @param again the same requests may have taken effect already in a call that was `lost`
   * @throws AcceptFailure
   */
  async accept(requests: readonly AcceptRequest[], again: boolean): Promise<AcceptResult> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw new AcceptFailure('away', error);
    });
    // A connection that breaks also rejects the query in flight, which is where it is handled.
    client.on('error', ignore);
    let broken = false;
    try {
      const { rows } = await client.query<DecisionRow>({
        text: ACCEPT,
        values: [...columns(requests), again],
        query_timeout: ANSWER_DEADLINE_MS,
      } as pg.QueryConfig);
      return {
        decisions: rows.map(toDecision),
        laneDue: rows[0]?.lane_due ?? false,
        fetchDue: rows[0]?.fetch_due ?? false,
      };
    } catch (error) {
      const failure = new AcceptFailure(failureKind(error), error);
      broken = failure.kind === 'lost';
      throw failure;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }
}

function columns(requests: readonly AcceptRequest[]): unknown[] {
  const now = performance.now();
  const rows = requests.map(({ asked }) => {
    const order = 'order' in asked ? asked.order : undefined;
    const refusal = 'refusal' in asked ? asked.refusal : undefined;
    return { order, refusal, to: { jid: null, phone: null, chatId: null, chatName: null, ...order?.to } };
  });
  return [
    requests.map(({ messageId }) => messageId),
    requests.map(({ keyId }) => keyId),
    requests.map(({ tokenHash }) => tokenHash),
    rows.map(({ refusal }) => refusal?.status ?? null),
    rows.map(({ refusal }) => refusal?.message ?? null),
    rows.map(({ to }) => to.jid),
    rows.map(({ to }) => to.phone ?? null),
    rows.map(({ to }) => to.chatId),
    rows.map(({ to }) => to.chatName),
    rows.map(({ order }) => order?.accountPhone ?? null),
    rows.map(({ order }) => order?.text ?? null),
    rows.map(({ order }) => order?.file?.url ?? null),
    rows.map(({ order }) => order?.file?.name ?? null),
    rows.map(({ order }) => order?.cost ?? 0),
    requests.map(({ idempotency }) => idempotency?.key ?? null),
    requests.map(({ idempotency }) => idempotency?.bodyHash ?? null),
    requests.map(({ attempt }) => attempt.body ?? null),
    requests.map(({ attempt }) => attempt.address),
    requests.map(({ attempt: { ignoredFields } }) =>
      ignoredFields.length > 0 ? JSON.stringify(ignoredFields) : null,
    ),
    requests.map(({ attempt }) => now - attempt.arrivedAt),
  ];
}

interface DecisionRow {
  status: number;
  message: string | null;
  key_id: string | null;
  workspace: string | null;
  lane_due: boolean;
  fetch_due: boolean;
}

function toDecision(row: DecisionRow): Decision {
  return {
    status: row.status,
    message: row.message ?? undefined,
    keyId: row.key_id ?? undefined,
    workspaceId: row.workspace,
  };
}

/** By SQLSTATE; what comes without one comes from the connection. */
export function failureKind(error: unknown): AcceptFailureKind {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return 'lost';
  if (/^(08|57P0)/.test(error.code)) return 'lost';
  if (/^(40|55P03)/.test(error.code)) return 'conflict';
  if (/^(21|22|23|54|P0)/.test(error.code)) return 'refused';
  return 'away';
}

function ignore(): void {}
