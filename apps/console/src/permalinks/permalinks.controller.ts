import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '@waypost/persistence';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { noSuch, UuidId } from '../http/id.pipe.js';
import { PermalinkResource } from './permalink-resource.js';

@Controller('api/v1/permalinks')
@ApiTags('Chats')
export class PermalinksController {
  constructor(private readonly database: Database) {}

  @Get(':messageId')
  @Access('member')
  @ApiOperation({ summary: 'Find the chat of a message', description: 'What a permalink of a bundle names.' })
  @ApiOkResponse({ type: PermalinkResource, description: 'Where the message is.' })
  async read(
    @CurrentCaller() caller: Caller,
    @Param('messageId', UuidId) messageId: string,
  ): Promise<PermalinkResource> {
    const { rows } = await this.database.pool.query<PermalinkResource>(
      `select chat_id::text as "chatId", id as "messageId" from message where workspace_id = $1 and id = $2`,
      [caller.workspaceId, messageId],
    );
    if (!rows[0]) throw noSuch('message');
    return rows[0];
  }
}
