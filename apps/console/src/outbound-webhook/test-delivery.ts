import { Injectable } from '@nestjs/common';
import { subjects, TestOutboundReply, type TestOutboundRequest } from '@waypost/contracts';
import { Messenger, NoAnswerError } from '@waypost/messaging';
import type { Caller } from '../access/caller.js';
import { ProblemError } from '../http/problem.js';
import { OutboundEndpoints } from './outbound-endpoints.js';
import type { TestResultResource } from './outbound-webhook-resource.js';

/** Above the longest that a request to an endpoint takes. */
const ANSWER_MS = 25_000;
const RETRY_AFTER_SECONDS = 5;

/** Lets egress post a sample to the endpoint: it alone makes requests to addresses that customers choose. */
@Injectable()
export class TestDelivery {
  constructor(
    private readonly endpoints: OutboundEndpoints,
    private readonly messenger: Messenger,
  ) {}

  /** @throws ProblemError `no-outbound-url`, `too-many-tests`, `unavailable` */
  async send(caller: Caller): Promise<TestResultResource> {
    const request: TestOutboundRequest = {
      endpointId: await this.endpoints.withUrl(caller),
      workspaceId: caller.workspaceId,
    };
    try {
      const reply = await this.messenger.request(
        subjects.testOutbound,
        request,
        TestOutboundReply,
        ANSWER_MS,
      );
      if (reply.errorClass === 'busy') throw tooMany();
      const { ok, requestBody, durationMs } = reply;
      const { status = null, error = null, responseBody = null } = reply;
      return { ok, status, error, responseBody, requestBody, durationMs };
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      throw new ProblemError(
        'unavailable',
        'The service that delivers webhooks does not answer. Try again soon.',
      );
    }
  }
}

function tooMany(): ProblemError {
  return new ProblemError(
    'too-many-tests',
    'Other tests are still on their way. Wait for their answers, then try again.',
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}
