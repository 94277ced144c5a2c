import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { publicMessageId, type OutgoingState } from '@waypost/kernel';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import type { AttemptRecord, AttemptResource } from './attempt-resource.js';

/** How much of a body the list shows. */
const BODY_START_BYTES = 2_000;

interface AttemptRow {
  number: string;
  at: Date;
  address: string | null;
  status: number;
  message: string | null;
  key_id: string | null;
  ignored_fields: string[];
  duration_ms: number;
}

interface ListedRow extends AttemptRow {
  body_start: Buffer | null;
  body_bytes: number | null;
  state: OutgoingState | null;
  failure_code: string | null;
  failure_reason: string | null;
}

const COLUMNS =
  'a.number, a.at, a.address, a.status, a.message, a.key_id, a.ignored_fields, round(a.duration_ms::numeric, 1)::float as duration_ms';

/** The latest 100 requests to a workspace's inbound webhook. Ingress writes them, in the transaction that decides each. */
@Injectable()
export class InboundAttempts {
  constructor(private readonly database: Database) {}

  /** Newest first, with what became of their messages. */
  async list(caller: Caller, query: PageQuery): Promise<Page<AttemptResource>> {
    const [before] = readCursor(query.cursor, [cursorParts.bigint]);
    const { rows } = await this.database.pool.query<ListedRow>(
      `select ${COLUMNS}, substring(a.body for $4) as body_start, octet_length(a.body) as body_bytes,
         m.state, m.failure_code, m.failure_reason
       from inbound_attempt a
       left join lateral (
         -- An answer given again names the message of the first request.
         select o.message_id from inbound_attempt o
         where o.workspace_id = a.workspace_id and o.key_id = a.key_id order by o.number limit 1
       ) first on true
       left join message m on m.id = first.message_id
       where a.workspace_id = $1 and ($2::bigint is null or a.number < $2)
       order by a.number desc limit $3`,
      [caller.workspaceId, before, query.limit + 1, BODY_START_BYTES],
    );
    return toPage(rows, query.limit, toResource, (row) => [row.number]);
  }

  /** All of them in full, newest first, one at a time: bodies may be large. Those that newer ones replace meanwhile are left out. */
  async *records(caller: Caller): AsyncGenerator<AttemptRecord> {
    const { rows } = await this.database.pool.query<{ number: string }>(
      'select number from inbound_attempt where workspace_id = $1 order by number desc',
      [caller.workspaceId],
    );
    for (const { number } of rows) {
      const { rows: found } = await this.database.pool.query<AttemptRow & { body: Buffer | null }>(
        `select ${COLUMNS}, a.body from inbound_attempt a
         where a.workspace_id = $1 and a.slot = $2::bigint % 100 and a.number = $2::bigint`,
        [caller.workspaceId, number],
      );
      if (found[0]) yield toRecord(found[0]);
    }
  }
}

function toResource(row: ListedRow): AttemptResource {
  return {
    id: row.number,
    at: row.at,
    address: row.address,
    status: row.status,
    refusal: row.message,
    message:
      row.key_id === null
        ? null
        : {
            messageId: publicMessageId(row.key_id),
            state: row.state,
            failure:
              row.failure_code === null ? null : { code: row.failure_code, reason: row.failure_reason },
          },
    ignoredFields: row.ignored_fields,
    // `stream` leaves out a character that the cut went through.
    bodyStart: row.body_start && new TextDecoder().decode(row.body_start, { stream: true }),
    bodyBytes: row.body_bytes,
    durationMs: row.duration_ms,
  };
}

function toRecord(row: AttemptRow & { body: Buffer | null }): AttemptRecord {
  const messageId = row.key_id === null ? null : publicMessageId(row.key_id);
  const readable = row.body !== null && isUtf8(row.body);
  return {
    id: row.number,
    at: row.at,
    address: row.address,
    status: row.status,
    answer:
      messageId === null
        ? { status: row.status, data: {}, message: row.message ?? '' }
        : { status: 'success', data: { message_id: messageId } },
    messageId,
    ignoredFields: row.ignored_fields,
    body: readable ? row.body!.toString('utf8') : null,
    bodyBase64: row.body !== null && !readable ? row.body.toString('base64') : null,
    durationMs: row.duration_ms,
  };
}
