import { All, Controller, Req, Res } from '@nestjs/common';
import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { tokenHash } from '@waypost/persistence';
import { AcceptBatcher } from './accept-batcher.js';
import { answerToVerdict, refusal, type Answer } from './answer.js';
import { IngressMetrics } from './ingress-metrics.js';
import { readJsonObject } from './read-json-object.js';
import { readSendOrder } from './read-send-order.js';

interface WebhookRequest {
  method: string;
  params: { token: string };
  headers: Record<string, string | string[] | undefined>;
  /** The bytes that came. */
  body?: Uint8Array;
}

interface WebhookReply {
  status(code: number): WebhookReply;
  headers(headers: Record<string, string>): WebhookReply;
}

@Controller('webhooks/inbound')
export class InboundWebhookController {
  constructor(
    private readonly batcher: AcceptBatcher,
    private readonly metrics: IngressMetrics,
  ) {}

  @All(':token')
  async receive(
    @Req() request: WebhookRequest,
    @Res({ passthrough: true }) reply: WebhookReply,
  ): Promise<Answer['body']> {
    const { status, headers, body } = await this.answer(request);
    reply.status(status).headers(headers ?? {});
    return body;
  }

  private async answer(request: WebhookRequest): Promise<Answer> {
    if (request.method !== 'POST') return refusal(405, 'Use POST', { allow: 'POST' });
    if (/\S/.test(String(request.headers['content-encoding'] ?? '').replace(/identity/i, ''))) {
      return refusal(415, 'The body must not be compressed');
    }
    const read = readOrder(request);
    const order = 'order' in read ? read.order : undefined;
    const keyId = newWaKeyId();
    const verdict = await this.batcher.submit({
      messageId: uuidv7(),
      keyId,
      tokenHash: tokenHash(request.params.token),
      order,
    });
    this.metrics.decided(verdict.kind);
    return answerToVerdict(verdict, {
      keyId,
      cost: order?.cost ?? 0,
      problems: 'problems' in read ? read.problems : [],
    });
  }
}

/** A header that is not kept is refused: who sends it relies on it, and would send a second message. */
const NOT_IDEMPOTENT = 'Idempotency-Key is not available in this version; send the request without it';

function readOrder({ headers, body }: WebhookRequest): ReturnType<typeof readSendOrder> {
  if (headers['idempotency-key'] !== undefined) return { problems: [NOT_IDEMPOTENT] };
  const json = readJsonObject(body);
  return 'problem' in json ? { problems: [json.problem] } : readSendOrder(json.value);
}
