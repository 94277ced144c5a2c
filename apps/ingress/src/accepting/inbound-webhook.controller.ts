import { All, Controller, Req, Res } from '@nestjs/common';
import { WorkspaceChanges } from '@waypost/messaging';
import { AcceptBatcher } from './accept-batcher.js';
import type { Decision } from './accept-request.js';
import { refusal, retryAfter, sentences, toAnswer, type Answer } from './answer.js';
import { IngressMetrics } from './ingress-metrics.js';
import { readWebhookRequest, type WebhookRequest } from './read-webhook-request.js';
import { UnknownTokenLimit } from './unknown-token-limit.js';

interface WebhookReply {
  status(code: number): WebhookReply;
  headers(headers: Record<string, string>): WebhookReply;
}

@Controller('webhooks/inbound')
export class InboundWebhookController {
  constructor(
    private readonly batcher: AcceptBatcher,
    private readonly unknownTokens: UnknownTokenLimit,
    private readonly metrics: IngressMetrics,
    private readonly changes: WorkspaceChanges,
  ) {}

  @All(':token')
  async receive(
    @Req() request: WebhookRequest,
    @Res({ passthrough: true }) reply: WebhookReply,
  ): Promise<Answer['body']> {
    const { status, headers, body } = await this.answer(request);
    this.metrics.answered(status, performance.now() - request.arrivedAt);
    reply.status(status).headers(headers ?? {});
    return body;
  }

  private async answer(request: WebhookRequest): Promise<Answer> {
    if (request.method !== 'POST') return refusal(405, 'Use POST', { allow: 'POST' });
    const decision = await this.batcher.submit(readWebhookRequest(request));
    this.tell(decision);
    if (decision.workspaceId === null) {
      const seconds = this.unknownTokens.count(request.ip, performance.now());
      if (seconds !== undefined) return refusal(429, sentences.tooManyUnknownTokens, retryAfter(seconds));
    }
    return toAnswer(decision);
  }

  /** To whoever looks at the log of attempts, at the chats or at what is left of the credits. */
  private tell({ workspaceId, status }: Decision): void {
    if (!workspaceId) return;
    this.changes.tell(workspaceId, 'inbound-webhook');
    if (status === 200) this.changes.tell(workspaceId, 'chats', 'credits', 'accounts');
  }
}
