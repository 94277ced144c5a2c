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
      // A chat that became part of another one keeps what that had already: a copy is shown there.
      `select living.id::text as "chatId", coalesce(shown.id, m.id) as "messageId"
       from message m
       join chat c on c.id = m.chat_id
       join chat living on living.id = coalesce(c.merged_into, c.id)
       left join message shown
         on shown.account_id = m.account_id and shown.key_id = m.key_id and shown.chat_id = living.id
       where m.workspace_id = $1 and m.id = $2`,
      [caller.workspaceId, messageId],
    );
    if (!rows[0]) throw noSuch('message');
    return rows[0];
  }
}
