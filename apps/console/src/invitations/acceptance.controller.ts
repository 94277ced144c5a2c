import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.js';
import { BrowserSession } from '../access/browser-session.js';
import { Refuses } from '../http/refuses.decorator.js';
import { MeResource } from '../sign-in/me-resource.js';
import { Profiles } from '../sign-in/profiles.js';
import { Acceptance } from './acceptance.js';
import { AcceptInvitationBody, OfferResource, ReadInvitationBody } from './invitation-resource.js';

@Controller('api/v1/auth')
@ApiTags('Signing in')
export class AcceptanceController {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly profiles: Profiles,
    private readonly browser: BrowserSession,
  ) {}

  @Post('invitation')
  @HttpCode(200)
  @Access('public')
  @Refuses('link-not-valid')
  @ApiOperation({ summary: 'Read my invitation', description: 'For whoever has its link.' })
  @ApiOkResponse({ type: OfferResource, description: 'Who is invited, and where.' })
  read(@Body() body: ReadInvitationBody): Promise<OfferResource> {
    return this.acceptance.read(body.token);
  }

  @Post('accept-invitation')
  @HttpCode(200)
  @Access('public')
  @Refuses('link-not-valid', 'email-taken', 'cross-site')
  @ApiOperation({
    summary: 'Accept my invitation',
    description: 'Makes a member of whoever has its link, once, and starts a session like signing in.',
  })
  @ApiOkResponse({ type: MeResource, description: 'The new member; the session is in Set-Cookie.' })
  async accept(
    @Body() body: AcceptInvitationBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeResource> {
    this.browser.requireOwnPage(request);
    const { token, memberId } = await this.acceptance.accept(body, request.ip);
    this.browser.give(reply, token);
    return this.profiles.get(memberId);
  }
}
