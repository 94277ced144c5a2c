import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, UsePipes } from '@nestjs/common';
import type { AccountView } from '../people/accounts.js';
import { SandboxNetwork } from '../sandbox-network.js';
import { toWriting, WriteMessageDto } from './contacts.dto.js';
import { FaultDto } from './faults.dto.js';
import { PhonePipe, requestPipe } from './request-pipes.js';

@Controller('accounts')
@UsePipes(requestPipe)
export class AccountsController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  @Get()
  list(): Promise<AccountView[]> {
    return this.network.accounts.list();
  }

  @Get(':phone')
  get(@Param('phone', PhonePipe) phone: string): Promise<AccountView> {
    return this.network.accounts.get(phone);
  }

  @Post(':phone/messages')
  write(
    @Param('phone', PhonePipe) phone: string,
    @Body() message: WriteMessageDto,
    @Headers('host') host: string,
  ): Promise<{ id: string }> {
    return this.network.people.writeAsOwner(phone, toWriting(message, host));
  }

  @Post(':phone/history')
  @HttpCode(202)
  shareHistory(@Param('phone', PhonePipe) phone: string): Promise<{ devices: number }> {
    return this.network.people.shareHistory(phone);
  }

  @Post(':phone/faults')
  @HttpCode(200)
  async fault(
    @Param('phone', PhonePipe) phone: string,
    @Body() fault: FaultDto,
  ): Promise<{ connections: number }> {
    await this.network.accounts.get(phone);
    return { connections: await this.network.faults.inflict(phone, { ...fault }) };
  }
}
