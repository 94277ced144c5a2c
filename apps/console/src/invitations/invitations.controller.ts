import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { UuidId } from '../http/id.pipe.js';
import { PageQuery, type Page } from '../http/page.js';
import { Refuses } from '../http/refuses.decorator.js';
import { CreateInvitationBody, InvitationPage, InvitationResource } from './invitation-resource.js';
import { Invitations } from './invitations.js';

@Controller('api/v1/invitations')
@ApiTags('Members')
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  @Get()
  @Access('owner')
  @ApiOperation({
    summary: 'List the invitations',
    description: 'Those that were not accepted yet, newest first.',
  })
  @ApiOkResponse({ type: InvitationPage, description: 'A page of invitations.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<InvitationResource>> {
    return this.invitations.list(caller, query);
  }

  @Post()
  @Access('owner')
  @Refuses('email-taken', 'too-many-attempts')
  @ApiOperation({
    summary: 'Invite somebody',
    description:
      'Mails a link by which they choose a name and a password; it works once, for 7 days. Who was invited already gets a new one.',
  })
  @ApiCreatedResponse({ type: InvitationResource, description: 'The invitation.' })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateInvitationBody): Promise<InvitationResource> {
    return this.invitations.create(caller, body);
  }

  @Post(':invitationId/resend')
  @HttpCode(200)
  @Access('owner')
  @Refuses('too-many-attempts')
  @ApiOperation({ summary: 'Invite somebody again', description: 'The link before stops working at once.' })
  @ApiOkResponse({ type: InvitationResource, description: 'The invitation with its new link.' })
  resend(
    @CurrentCaller() caller: Caller,
    @Param('invitationId', UuidId) invitationId: string,
  ): Promise<InvitationResource> {
    return this.invitations.resend(caller, invitationId);
  }

  @Delete(':invitationId')
  @HttpCode(204)
  @Access('owner')
  @ApiOperation({ summary: 'Withdraw an invitation', description: 'Its link stops working at once.' })
  @ApiNoContentResponse({ description: 'Withdrawn.' })
  revoke(
    @CurrentCaller() caller: Caller,
    @Param('invitationId', UuidId) invitationId: string,
  ): Promise<void> {
    return this.invitations.revoke(caller, invitationId);
  }
}
