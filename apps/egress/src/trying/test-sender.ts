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

/** Tests at a time of this process. */
const MOST = 20;
/** Longer than any request takes; after that a process that died with one holds up the next no longer. */
const LONGEST_TEST = '30 seconds';

/** Posts a sample to an endpoint when its owner asks for it. It changes nothing but the log of its requests. */
export class TestSender {
  private open = 0;

  constructor(private readonly options: TestSenderOptions) {}

  /** One at a time for each endpoint, whichever process makes it. */
  async send(asked: TestOutboundRequest): Promise<TestOutboundReply> {
    if (this.open >= MOST) return notMade('busy', 'too many tests are on their way');
    this.open++;
    try {
      return await this.post(asked);
    } finally {
      this.open--;
    }
  }

  private async post({ endpointId, workspaceId }: TestOutboundRequest): Promise<TestOutboundReply> {
    const found = await this.find(endpointId, workspaceId);
    if (!found) return notMade('no_endpoint', 'there is no such outbound webhook');
    const { endpoint, granularityHours } = found;
    if (endpoint.url === null) return notMade('no_url', 'the outbound webhook has no URL');
    if (!(await this.begin(endpointId))) return notMade('busy', 'another test is on its way');
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

  /** @returns false when one is under way */
  private async begin(endpointId: string): Promise<boolean> {
    const { rowCount } = await this.options.pool.query(
      `update outbound_endpoint set test_until = now() + interval '${LONGEST_TEST}'
       where id = $1 and (test_until is null or test_until < now())`,
      [endpointId],
    );
    return rowCount === 1;
  }

  /** Ends the test as well. */
  private log(request: MadeRequest): Promise<void> {
    return inTransaction(this.options.pool, async (tx) => {
      const { rows } = await tx.query<{ requests: string }>(
        'update outbound_endpoint set requests = requests + 1, test_until = null where id = $1 returning requests',
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
