import { Body, Controller, Get, HttpCode, Patch, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { jsonDownload } from '../http/json-download.js';
import { PageQuery, type Page } from '../http/page.js';
import { Refuses } from '../http/refuses.decorator.js';
import { OutboundEndpoints } from './outbound-endpoints.js';
import { OutboundRequests } from './outbound-requests.js';
import {
  OutboundRequestLog,
  OutboundRequestPage,
  OutboundWebhookResource,
  PatchOutboundWebhookBody,
  TestResultResource,
  type OutboundRequestResource,
} from './outbound-webhook-resource.js';
import { TestDelivery } from './test-delivery.js';

@Controller('api/v1/outbound-webhook')
@ApiTags('Outbound webhook')
export class OutboundWebhookController {
  constructor(
    private readonly endpoints: OutboundEndpoints,
    private readonly requests: OutboundRequests,
    private readonly testDelivery: TestDelivery,
  ) {}

  @Get()
  @Access('owner')
  @ApiOperation({ summary: 'Read the outbound webhook' })
  @ApiOkResponse({ type: OutboundWebhookResource, description: 'Its settings and how it fares.' })
  read(@CurrentCaller() caller: Caller): Promise<OutboundWebhookResource> {
    return this.endpoints.read(caller);
  }

  @Patch()
  @Access('owner')
  @ApiOperation({
    summary: 'Change the outbound webhook',
    description: 'Fields that are left out stay as they are. Nothing is sent after it was switched off.',
  })
  @ApiOkResponse({ type: OutboundWebhookResource, description: 'The webhook as it is now.' })
  patch(
    @CurrentCaller() caller: Caller,
    @Body() body: PatchOutboundWebhookBody,
  ): Promise<OutboundWebhookResource> {
    return this.endpoints.change(caller, body);
  }

  @Post('test')
  @HttpCode(200)
  @Access('owner')
  @Refuses('no-outbound-url', 'too-many-tests')
  @ApiOperation({
    summary: 'Send a test to the outbound webhook',
    description: 'Posts a sample of the current format, also while the webhook is off, and tells the answer.',
  })
  @ApiOkResponse({ type: TestResultResource, description: 'What the endpoint answered.' })
  test(@CurrentCaller() caller: Caller): Promise<TestResultResource> {
    return this.testDelivery.send(caller);
  }

  @Post('flush')
  @HttpCode(200)
  @Access('owner')
  @ApiOperation({
    summary: 'Deliver what is collected now',
    description: 'Ends all open windows; their bundles leave at once.',
  })
  @ApiOkResponse({ type: OutboundWebhookResource, description: 'The webhook as it is now.' })
  flush(@CurrentCaller() caller: Caller): Promise<OutboundWebhookResource> {
    return this.endpoints.flush(caller);
  }

  @Post('rotate-secret')
  @HttpCode(200)
  @Access('owner')
  @Refuses('secret-replaced')
  @ApiOperation({
    summary: 'Generate a new signing secret',
    description:
      'For 24 hours requests carry signatures of both secrets. Meanwhile it cannot be replaced once more.',
  })
  @ApiOkResponse({ type: OutboundWebhookResource, description: 'The webhook with its new secret.' })
  rotateSecret(@CurrentCaller() caller: Caller): Promise<OutboundWebhookResource> {
    return this.endpoints.rotateSecret(caller);
  }

  @Get('requests')
  @Access('owner')
  @ApiOperation({
    summary: 'List the last requests',
    description:
      'The latest 100, tests included, newest first. Long bodies are cut; the download has all of them.',
  })
  @ApiOkResponse({ type: OutboundRequestPage, description: 'A page of requests.' })
  listRequests(
    @CurrentCaller() caller: Caller,
    @Query() query: PageQuery,
  ): Promise<Page<OutboundRequestResource>> {
    return this.requests.list(caller, query);
  }

  @Get('requests/download')
  @Access('owner')
  @ApiOperation({ summary: 'Download the last requests', description: 'The latest 100, as a file.' })
  @ApiOkResponse({ type: OutboundRequestLog, description: 'The file.' })
  downloadRequests(@CurrentCaller() caller: Caller): StreamableFile {
    return jsonDownload('outbound-webhook-requests.json', 'requests', this.requests.records(caller));
  }
}
