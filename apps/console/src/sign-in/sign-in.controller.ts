import { Body, Controller, Get, HttpCode, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.js';
import { BrowserSession } from '../access/browser-session.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Refuses } from '../http/refuses.decorator.js';
import { Text } from '../http/text.js';
import { Unrecorded } from '../writing/unrecorded.decorator.js';
import { MeResource } from './me-resource.js';
import { PatchMeBody } from './profile-body.js';
import { Profiles } from './profiles.js';
import { SignIn } from './sign-in.js';

class LoginBody {
  @ApiProperty({ example: 'amina@shop.example' }) @Text(1, 320) email!: string;
  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @Text(1, 1000)
  password!: string;
}

@Controller('api/v1')
@ApiTags('Signing in')
export class SignInController {
  constructor(
    private readonly signIn: SignIn,
    private readonly profiles: Profiles,
    private readonly browser: BrowserSession,
  ) {}

  @Post('auth/login')
  @HttpCode(200)
  @Access('public')
  @Refuses('wrong-credentials', 'cross-site', 'too-many-attempts')
  @ApiOperation({
    summary: 'Sign in',
    description: 'Starts a session of 14 days in the cookie `waypost_session`.',
  })
  @ApiOkResponse({ type: MeResource, description: 'Who signed in; the session is in Set-Cookie.' })
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeResource> {
    this.browser.requireOwnPage(request);
    const { token, memberId } = await this.signIn.start({ ...body, address: request.ip });
    this.browser.give(reply, token);
    return this.profiles.get(memberId);
  }

  @Post('auth/logout')
  @HttpCode(204)
  @Access('member')
  @Unrecorded()
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session whose cookie was sent. An API token stays as it is.',
  })
  @ApiNoContentResponse({ description: 'Signed out.' })
  async logout(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (!caller.sessionHash) return;
    await this.signIn.end(caller.sessionHash);
    this.browser.give(reply, '');
  }

  @Get('me')
  @Access('member')
  @ApiOperation({ summary: 'Who am I' })
  @ApiOkResponse({ type: MeResource, description: 'The member that the token or session acts for.' })
  me(@CurrentCaller() caller: Caller): Promise<MeResource> {
    return this.profiles.get(caller.memberId);
  }

  @Patch('me')
  @Access('member')
  @ApiOperation({ summary: 'Change my name' })
  @ApiOkResponse({ type: MeResource, description: 'The member as it is now.' })
  async patchMe(@CurrentCaller() caller: Caller, @Body() body: PatchMeBody): Promise<MeResource> {
    await this.profiles.rename(caller, body.fullName);
    return this.profiles.get(caller.memberId);
  }
}
