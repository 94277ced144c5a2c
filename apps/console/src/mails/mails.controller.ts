import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { PageQuery, type Page } from '../http/page.js';
import { MailPage, type MailResource } from './mail-resource.js';
import { Mails } from './mails.js';

@Controller('api/v1/mails')
@ApiTags('Mail')
export class MailsController {
  constructor(private readonly mails: Mails) {}

  @Get()
  @Access('owner')
  @ApiOperation({
    summary: 'List the mail to the owners',
    description: 'Newest first. Where no mail server is configured this is the only place to read it.',
  })
  @ApiOkResponse({ type: MailPage, description: 'A page of mail.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<MailResource>> {
    return this.mails.list(caller, query);
  }
}
