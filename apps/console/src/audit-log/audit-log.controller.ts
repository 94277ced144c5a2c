import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { PageQuery, type Page } from '../http/page.js';
import { AuditEntryPage, type AuditEntryResource } from './audit-entry-resource.js';
import { AuditLog } from './audit-log.js';

@Controller('api/v1/audit-log')
@ApiTags('Audit log')
export class AuditLogController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @Access('owner')
  @ApiOperation({
    summary: 'Read the audit log',
    description: 'What members changed, newest first. Writing messages and assigning chats is not in it.',
  })
  @ApiOkResponse({ type: AuditEntryPage, description: 'A page of entries.' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<AuditEntryResource>> {
    return this.log.list(caller, query);
  }
}
