import pg from 'pg';
import type { AcceptRequest, Verdict } from './verdict.js';

export interface AcceptResult {
  /** One per request, in their order. */
  verdicts: Verdict[];
  /** A send lane that had been empty fell due. */
  laneDue: boolean;
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

const ACCEPT = `select verdict, account_state, available, lane_due from accept_messages(
  $1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::smallint[], $10)`;

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
      const { rows } = await client.query<VerdictRow>({
        text: ACCEPT,
        values: [...columns(requests), again],
        query_timeout: ANSWER_DEADLINE_MS,
      } as pg.QueryConfig);
      return { verdicts: rows.map(toVerdict), laneDue: rows[0]?.lane_due ?? false };
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
  const orders = requests.map(({ order }) => order);
  const recipients = orders.map((order) => ({ jid: null, phone: null, chatId: null, ...order?.to }));
  return [
    requests.map(({ messageId }) => messageId),
    requests.map(({ keyId }) => keyId),
    requests.map(({ tokenHash }) => tokenHash),
    recipients.map(({ jid }) => jid),
    recipients.map(({ phone }) => phone),
    recipients.map(({ chatId }) => chatId),
    orders.map((order) => order?.accountPhone ?? null),
    orders.map((order) => order?.text ?? null),
    orders.map((order) => order?.cost ?? 0),
  ];
}

interface VerdictRow {
  verdict: Verdict['kind'];
  account_state: string | null;
  available: number;
  lane_due: boolean;
}

function toVerdict(row: VerdictRow): Verdict {
  switch (row.verdict) {
    case 'account_not_connected':
      return { kind: row.verdict, state: row.account_state ?? '' };
    case 'insufficient_credits':
      return { kind: row.verdict, available: row.available };
    default:
      return { kind: row.verdict } as Verdict;
  }
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
