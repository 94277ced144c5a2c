import type { TestOutboundReply, TestOutboundRequest } from '@waypost/contracts';
import { storable, uuidv7, type Clock } from '@waypost/kernel';
import { inTransaction } from '@waypost/persistence';
import type { Pool } from 'pg';
import type { PayloadLinks } from '../collecting/outbound-payload.js';
import { ENDPOINT_COLUMNS, toEndpoint, type DueEndpoint } from '../delivering/due-deliveries.js';
import { logRequests, statusOf } from '../delivering/request-log.js';
import type { MadeRequest, SignedPost } from '../delivering/signed-post.js';
import { samplePayload } from './sample-payload.js';

export interface TestSenderOptions {
  pool: Pool;
  post: Pick<SignedPost, 'send'>;
  links: PayloadLinks;
  clock: Clock;
}

/** Tests at a time. */
const MOST_PER_ENDPOINT = 2;
const MOST = 20;

/** Posts a sample to an endpoint when its owner asks for it. It changes nothing but the log of its requests. */
export class TestSender {
  /** How many are on their way, by endpoint. */
  private readonly open = new Map<string, number>();

  constructor(private readonly options: TestSenderOptions) {}

  async send(asked: TestOutboundRequest): Promise<TestOutboundReply> {
    const { endpointId } = asked;
    const all = [...this.open.values()].reduce((sum, count) => sum + count, 0);
    const own = this.open.get(endpointId) ?? 0;
    if (own >= MOST_PER_ENDPOINT || all >= MOST) return notMade('busy', 'too many tests are on their way');
    this.open.set(endpointId, own + 1);
    try {
      return await this.post(asked);
    } finally {
      const left = this.open.get(endpointId)! - 1;
      if (left > 0) this.open.set(endpointId, left);
      else this.open.delete(endpointId);
    }
  }

  private async post({ endpointId, workspaceId }: TestOutboundRequest): Promise<TestOutboundReply> {
    const found = await this.find(endpointId, workspaceId);
    if (!found) return notMade('no_endpoint', 'there is no such outbound webhook');
    const { endpoint, granularityHours } = found;
    if (endpoint.url === null) return notMade('no_url', 'the outbound webhook has no URL');
    const { post, links, clock } = this.options;
    const body = JSON.stringify(samplePayload(granularityHours, links, clock));
    const request = await post.send(endpoint, endpoint.url, uuidv7(), body);
    await this.log(request);
    return toReply(request);
  }

  private async find(
    endpointId: string,
    workspaceId: string,
  ): Promise<{ endpoint: DueEndpoint; granularityHours: number } | undefined> {
    const { rows } = await this.options.pool.query(
      `select ${ENDPOINT_COLUMNS}, e.granularity_hours from outbound_endpoint e where id = $1 and workspace_id = $2`,
      [endpointId, workspaceId],
    );
    return rows[0] && { endpoint: toEndpoint(rows[0]), granularityHours: rows[0].granularity_hours };
  }

  private log(request: MadeRequest): Promise<void> {
    return inTransaction(this.options.pool, async (tx) => {
      const { rows } = await tx.query<{ requests: string }>(
        'update outbound_endpoint set requests = requests + 1 where id = $1 returning requests',
        [request.endpointId],
      );
      if (rows[0])
        await logRequests(tx, [{ ...request, deliveryId: null, number: Number(rows[0].requests) }]);
    });
  }
}

function notMade(errorClass: string, error: string): TestOutboundReply {
  return { ok: false, errorClass, error, durationMs: 0, requestBody: '' };
}

function toReply({ body, result, problem }: MadeRequest): TestOutboundReply {
  return {
    ok: !problem,
    status: statusOf(result),
    ...problem,
    durationMs: result.durationMs,
    responseBody: result.kind === 'answer' ? storable(result.body) : undefined,
    requestBody: body,
  };
}
