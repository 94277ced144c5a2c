import { signWebhook, type Clock } from '@waypost/kernel';
import type { SecretBox } from '@waypost/persistence';
import type { HttpResult, SafeHttpClient } from '@waypost/safe-http';
import type { DueEndpoint } from './due-deliveries.js';

export interface SignedPostOptions {
  http: Pick<SafeHttpClient, 'post'>;
  box: Pick<SecretBox, 'open'>;
  clock: Clock;
  /** Longest that a request may take in all, in milliseconds. */
  timeoutMs: number;
}

/** A request that was made to an endpoint, and what came of it. */
export interface MadeRequest {
  endpointId: string;
  at: Date;
  url: string;
  headers: Record<string, string>;
  body: string;
  result: HttpResult;
  /** Absent for a success, which is HTTP 200 and nothing else. `errorClass`: `status`, or why no complete answer came. */
  problem?: { errorClass: string; error: string };
}

const MAX_ANSWER_BYTES = 16 * 1024;

/** Posts to endpoints, signed by the Standard Webhooks scheme, with both secrets while one replaces the other. */
export class SignedPost {
  constructor(private readonly options: SignedPostOptions) {}

  /** @param id the `webhook-id`: the same for each try */
  async send(endpoint: DueEndpoint, url: string, id: string, body: string): Promise<MadeRequest> {
    const { http, clock, timeoutMs } = this.options;
    const at = clock.now();
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Waypost',
      ...signWebhook(this.secrets(endpoint), { id, body, at }),
    };
    const result = await http.post(url, {
      headers,
      body,
      totalMs: timeoutMs,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    return { endpointId: endpoint.id, at, url, headers, body, result, problem: problemOf(result) };
  }

  private secrets({ id, secretSealed, previousSecretSealed }: DueEndpoint): string[] {
    return [secretSealed, previousSecretSealed]
      .filter((sealed) => sealed !== null)
      .map((sealed) => this.options.box.open(sealed, `outbound_endpoint:${id}`).toString('utf8'));
  }
}

function problemOf(result: HttpResult): MadeRequest['problem'] {
  if (result.kind === 'error') return { errorClass: result.errorClass, error: result.detail };
  if (result.status === 200) return undefined;
  return { errorClass: 'status', error: `the answer was HTTP ${result.status}, not 200` };
}
