import { Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { cursorParts, readCursor, toPage, type Page, type PageQuery } from '../http/page.js';
import type { OutboundRequestResource } from './outbound-webhook-resource.js';

/** Characters of a body in the list: a bundle's has megabytes, and a page up to 100 of them. */
const LISTED_BODY = 16_384;

const select = (body: string) => `
  select r.number as id, r.at, r.delivery_id is null as "isTest", r.url, r.request_headers as "requestHeaders",
    ${body} as "requestBody", char_length(r.request_body) > char_length(${body}) as "isRequestBodyCut", r.status, r.response_headers as "responseHeaders", r.response_body as "responseBody",
    r.error, round(r.duration_ms::numeric, 1)::float as "durationMs"
  from outbound_endpoint e join delivery_request r on r.endpoint_id = e.id
  where e.workspace_id = $1`;

/** The latest 100 requests to a workspace's endpoint, tests included. Egress writes them. */
@Injectable()
export class OutboundRequests {
  constructor(private readonly database: Database) {}

  /** Newest first; long bodies are cut. */
  async list(caller: Caller, query: PageQuery): Promise<Page<OutboundRequestResource>> {
    const [before] = readCursor(query.cursor, [cursorParts.bigint]);
    const { rows } = await this.database.pool.query<OutboundRequestResource>(
      `${select(`left(r.request_body, ${LISTED_BODY})`)} and ($2::bigint is null or r.number < $2) order by r.number desc limit $3`,
      [caller.workspaceId, before, query.limit + 1],
    );
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.id],
    );
  }

  /** All of them, newest first, one at a time: bodies may be large. Those that newer ones replace meanwhile are left out. */
  async *records(caller: Caller): AsyncGenerator<OutboundRequestResource> {
    const { pool } = this.database;
    const { rows } = await pool.query<{ number: string }>(
      `select r.number from outbound_endpoint e join delivery_request r on r.endpoint_id = e.id
       where e.workspace_id = $1 order by r.number desc`,
      [caller.workspaceId],
    );
    for (const { number } of rows) {
      const { rows: found } = await pool.query<OutboundRequestResource>(
        `${select('r.request_body')} and r.slot = $2::bigint % 100 and r.number = $2::bigint`,
        [caller.workspaceId, number],
      );
      if (found[0]) yield found[0];
    }
  }
}
