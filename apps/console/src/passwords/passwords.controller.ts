import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.js';
import { BrowserSession } from '../access/browser-session.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Refuses } from '../http/refuses.decorator.js';
import { Text } from '../http/text.js';
import { NewPassword } from './new-password.decorator.js';
import { Passwords } from './passwords.js';

class ChangePasswordBody {
  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @Text(1, 1_000)
  currentPassword!: string;

  @NewPassword()
  newPassword!: string;
}

class ForgotPasswordBody {
  @ApiProperty({ example: 'amina@shop.example' }) @Text(1, 320) email!: string;
}

class ResetPasswordBody {
  @ApiProperty({
    description: 'What follows the # of the mailed link.',
    example: 'k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY',
    format: 'password',
  })
  @Text(1, 200)
  token!: string;

  @NewPassword()
  newPassword!: string;
}

@Controller('api/v1')
@ApiTags('Signing in')
export class PasswordsController {
  constructor(
    private readonly passwords: Passwords,
    private readonly browser: BrowserSession,
  ) {}

  @Post('me/password')
  @HttpCode(204)
  @Access('member')
  @Refuses('too-many-attempts')
  @ApiOperation({
    summary: 'Change my password',
    description: 'Ends every other session of mine. API tokens stay as they are.',
  })
  @ApiNoContentResponse({ description: 'Changed.' })
  change(
    @CurrentCaller() caller: Caller,
    @Body() body: ChangePasswordBody,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.passwords.change(caller, { ...body, address: request.ip });
  }

  @Post('auth/forgot-password')
  @HttpCode(204)
  @Access('public')
  @Refuses('cross-site', 'too-many-attempts')
  @ApiOperation({
    summary: 'Ask for a new password',
    description:
      'Mails a link that works once, for an hour, if this is the e-mail of a member. The answer is the same for every e-mail.',
  })
  @ApiNoContentResponse({ description: 'Understood.' })
  forgot(@Body() body: ForgotPasswordBody, @Req() request: FastifyRequest): Promise<void> {
    this.browser.requireOwnPage(request);
    return this.passwords.mailLink({ ...body, address: request.ip });
  }

  @Post('auth/reset-password')
  @HttpCode(204)
  @Access('public')
  @Refuses('link-not-valid', 'cross-site')
  @ApiOperation({
    summary: 'Set a new password by a mailed link',
    description: 'Ends every session of the member. API tokens stay as they are.',
  })
  @ApiNoContentResponse({ description: 'Changed; sign in with it.' })
  reset(@Body() body: ResetPasswordBody, @Req() request: FastifyRequest): Promise<void> {
    this.browser.requireOwnPage(request);
    return this.passwords.reset({ ...body, address: request.ip });
  }
}
