import { Body, Controller, Get, HttpCode, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { requestSite } from '../access/request-site.js';
import { sessionCookie } from '../access/session-cookie.js';
import { ConsoleConfig } from '../console.config.js';
import { Refuses } from '../http/refuses.decorator.js';
import { ProblemError } from '../http/problem.js';
import { Text } from '../http/text.js';
import { MeResource } from './me-resource.js';
import { ChangePasswordBody, PatchMeBody } from './profile-body.js';
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
  private readonly secure: boolean;

  constructor(
    private readonly signIn: SignIn,
    private readonly profiles: Profiles,
    private readonly config: ConsoleConfig,
  ) {
    this.secure = config.consolePublicUrl.startsWith('https:');
  }

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
    if (requestSite(request.headers, this.config.consolePublicUrl) === 'other') {
      throw new ProblemError('cross-site', 'Sign in on the pages of the console itself.');
    }
    const { token, memberId } = await this.signIn.start({ ...body, address: request.ip });
    void reply.header('Set-Cookie', sessionCookie(token, this.secure));
    return this.profiles.get(memberId);
  }

  @Post('auth/logout')
  @HttpCode(204)
  @Access('member')
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
    void reply.header('Set-Cookie', sessionCookie('', this.secure));
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
    await this.profiles.rename(caller.memberId, body.fullName);
    return this.profiles.get(caller.memberId);
  }

  @Post('me/password')
  @HttpCode(204)
  @Access('member')
  @Refuses('too-many-attempts')
  @ApiOperation({
    summary: 'Change my password',
    description: 'Ends every other session of mine. API tokens stay as they are.',
  })
  @ApiNoContentResponse({ description: 'Changed.' })
  changePassword(
    @CurrentCaller() caller: Caller,
    @Body() body: ChangePasswordBody,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.signIn.changePassword(caller, { ...body, address: request.ip });
  }
}
