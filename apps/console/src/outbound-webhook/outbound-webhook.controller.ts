import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { OutboundEndpoints } from './outbound-endpoints.js';
import { OutboundWebhookResource, PatchOutboundWebhookBody } from './outbound-webhook-resource.js';

@Controller('api/v1/outbound-webhook')
@ApiTags('Outbound webhook')
export class OutboundWebhookController {
  constructor(private readonly endpoints: OutboundEndpoints) {}

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
}
