import { Body, Controller, Get, Inject, Param, Patch, Post, UsePipes } from '@nestjs/common';
import type { GroupView } from '../people/group-chats.js';
import type { ShownMessage } from '../people/screen.js';
import { SandboxNetwork } from '../sandbox-network.js';
import { ChangeGroupDto, CreateGroupDto, WriteGroupMessageDto } from './groups.dto.js';
import { GroupPipe, requestPipe } from './request-pipes.js';

@Controller('groups')
@UsePipes(requestPipe)
export class GroupsController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  @Post()
  create(@Body() { subject, participants, addressing = 'lid' }: CreateGroupDto): Promise<GroupView> {
    return this.network.groups.create(subject, participants, addressing);
  }

  @Get(':jid')
  get(@Param('jid', GroupPipe) jid: string): Promise<GroupView> {
    return this.network.groups.get(jid);
  }

  @Patch(':jid')
  change(@Param('jid', GroupPipe) jid: string, @Body() change: ChangeGroupDto): Promise<GroupView> {
    return this.network.groups.change(jid, { ...change });
  }

  @Get(':jid/messages')
  messages(@Param('jid', GroupPipe) jid: string): Promise<ShownMessage[]> {
    return this.network.groups.messages(jid);
  }

  @Post(':jid/messages')
  write(
    @Param('jid', GroupPipe) jid: string,
    @Body() message: WriteGroupMessageDto,
  ): Promise<{ id: string }> {
    return this.network.groups.write(jid, { ...message });
  }
}
