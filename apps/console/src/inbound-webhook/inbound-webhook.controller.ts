import { Body, Controller, Get, HttpCode, Patch, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { jsonDownload } from '../http/json-download.js';
import { PageQuery, type Page } from '../http/page.js';
import { Refuses } from '../http/refuses.decorator.js';
import { AttemptLog, AttemptPage, type AttemptResource } from './attempt-resource.js';
import { InboundAttempts } from './inbound-attempts.js';
import { InboundTest } from './inbound-test.js';
import {
  InboundTestBody,
  InboundTestResource,
  InboundWebhookResource,
  PatchInboundWebhookBody,
} from './inbound-webhook-resource.js';
import { InboundWebhooks } from './inbound-webhooks.js';

@Controller('api/v1/inbound-webhook')
@ApiTags('Inbound webhook')
export class InboundWebhookController {
  constructor(
    private readonly webhooks: InboundWebhooks,
    private readonly attempts: InboundAttempts,
    private readonly tests: InboundTest,
  ) {}

  @Get()
  @Access('owner')
  @ApiOperation({ summary: 'Read the inbound webhook' })
  @ApiOkResponse({ type: InboundWebhookResource, description: 'The webhook.' })
  read(@CurrentCaller() caller: Caller): Promise<InboundWebhookResource> {
    return this.webhooks.read(caller);
  }

  @Patch()
  @Access('owner')
  @Refuses('no-inbound-url')
  @ApiOperation({
    summary: 'Switch the inbound webhook on or off',
    description: 'The URL stays; while it is off, requests are answered 403.',
  })
  @ApiOkResponse({ type: InboundWebhookResource, description: 'The webhook as it is now.' })
  patch(
    @CurrentCaller() caller: Caller,
    @Body() body: PatchInboundWebhookBody,
  ): Promise<InboundWebhookResource> {
    return this.webhooks.setEnabled(caller, body.enabled);
  }

  @Post('rotate')
  @HttpCode(200)
  @Access('owner')
  @ApiOperation({
    summary: 'Generate a new URL of the inbound webhook',
    description: 'The URL before it stops working at once. The first one starts enabled.',
  })
  @ApiOkResponse({ type: InboundWebhookResource, description: 'The webhook with its new URL.' })
  rotate(@CurrentCaller() caller: Caller): Promise<InboundWebhookResource> {
    return this.webhooks.rotate(caller);
  }

  @Post('test')
  @HttpCode(200)
  @Access('owner')
  @Refuses('no-inbound-url')
  @ApiOperation({
    summary: 'Send a test to the inbound webhook',
    description:
      'Posts a message to the URL as any system would: it is sent, costs a credit, and is in the log.',
  })
  @ApiOkResponse({ type: InboundTestResource, description: 'What the webhook answered.' })
  test(@CurrentCaller() caller: Caller, @Body() body: InboundTestBody): Promise<InboundTestResource> {
    return this.tests.send(caller, body);
  }

  @Get('attempts')
  @Access('owner')
  @ApiOperation({
    summary: 'List the last sending attempts',
    description: 'The latest 100 requests to the URL, refused ones too, newest first.',
  })
  @ApiOkResponse({ type: AttemptPage, description: 'A page of attempts.' })
  listAttempts(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<AttemptResource>> {
    return this.attempts.list(caller, query);
  }

  @Get('attempts/download')
  @Access('owner')
  @ApiOperation({
    summary: 'Download the log',
    description: 'The latest 100 requests as they came, with their answers, as a file.',
  })
  @ApiOkResponse({ type: AttemptLog, description: 'The file.' })
  downloadAttempts(@CurrentCaller() caller: Caller): StreamableFile {
    return jsonDownload('inbound-webhook-attempts.json', 'attempts', this.attempts.records(caller));
  }
}
