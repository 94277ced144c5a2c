import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import { AcceptStore } from '../accepting/accept-store.js';
import { toAnswer } from '../accepting/answer.js';
import { readWebhookRequest, type WebhookRequest } from '../accepting/read-webhook-request.js';

/** What the webhook is compared with, in the same application. */
@Controller('bench')
export class BenchRoutesController {
  private readonly store: AcceptStore;

  constructor(database: Database) {
    this.store = new AcceptStore(database.pool);
  }

  /** Reads and validates like the webhook, and answers a constant: what HTTP and validation cost by themselves. */
  @Post('constant/:token')
  @HttpCode(200)
  constant(@Req() request: WebhookRequest): object {
    const { keyId } = readWebhookRequest(request);
    return toAnswer({ status: 200, keyId }).body;
  }

  /** The same decision, each in a transaction of its own. */
  @Post('single/:token')
  @HttpCode(200)
  async single(@Req() request: WebhookRequest): Promise<object> {
    const { decisions } = await this.store.accept([readWebhookRequest(request)], false);
    return toAnswer(decisions[0]!).body;
  }
}
