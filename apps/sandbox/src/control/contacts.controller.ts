import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Put, UsePipes } from '@nestjs/common';
import type { Person } from '../people/person.js';
import type { ShownMessage } from '../people/screen.js';
import { SandboxNetwork } from '../sandbox-network.js';
import { AskAgainDto, PutContactDto, toWriting, WriteMessageDto } from './contacts.dto.js';
import { PhonePipe, requestPipe } from './request-pipes.js';

@Controller('contacts/:phone')
@UsePipes(requestPipe)
export class ContactsController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  @Put()
  put(@Param('phone', PhonePipe) phone: string, @Body() change: PutContactDto): Promise<Person> {
    return this.network.people.put(phone, { ...change });
  }

  @Get()
  get(@Param('phone', PhonePipe) phone: string): Promise<Person> {
    return this.network.people.get(phone);
  }

  @Get('messages')
  messages(@Param('phone', PhonePipe) phone: string): Promise<ShownMessage[]> {
    return this.network.people.messages(phone);
  }

  @Post('messages')
  write(
    @Param('phone', PhonePipe) phone: string,
    @Body() message: WriteMessageDto,
    @Headers('host') host: string,
  ): Promise<{ id: string }> {
    return this.network.people.writeToAccount(phone, toWriting(message, host));
  }

  @Post('retry')
  @HttpCode(202)
  async askAgain(
    @Param('phone', PhonePipe) phone: string,
    @Body() { from, id, withKeys = false }: AskAgainDto,
  ): Promise<object> {
    await this.network.people.askAgain(phone, { from, id, withKeys });
    return {};
  }
}
