import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { ProblemError } from '../http/problem.js';
import type { InboundTestBody, InboundTestResource } from './inbound-webhook-resource.js';
import { InboundWebhooks } from './inbound-webhooks.js';

const ANSWER_MS = 10_000;

/** Posts to a workspace's own inbound webhook at its public address, as a system of the customer would. */
@Injectable()
export class InboundTest {
  constructor(private readonly webhooks: InboundWebhooks) {}

  /** @throws ProblemError `no-inbound-url` */
  async send(caller: Caller, { phone, text }: InboundTestBody): Promise<InboundTestResource> {
    const { url } = await this.webhooks.read(caller);
    if (url === null) throw new ProblemError('no-inbound-url', 'Generate a URL first.');
    const requestBody = JSON.stringify({ action: 'send', phone, text });
    const start = performance.now();
    const answer = await post(url, requestBody);
    return { requestBody, ...answer, durationMs: Math.round((performance.now() - start) * 10) / 10 };
  }
}

async function post(
  url: string,
  body: string,
): Promise<{ status: number | null; responseBody: string | null }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, responseBody: await response.text() };
  } catch {
    // The address is the deployment's own: that it does not answer is all there is to tell.
    return { status: null, responseBody: null };
  }
}
