import { Body, Controller, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { ChatId } from '../http/id.pipe.js';
import type { Page } from '../http/page.js';
import { Refuses } from '../http/refuses.decorator.js';
import { Unrecorded } from '../writing/unrecorded.decorator.js';
import { ChatPage, ChatQuery, ChatResource, PatchChatBody, ReadingBody } from './chat-resource.js';
import { Chats } from './chats.js';
import { Conversation } from './conversation.js';
import { MessagePage, MessageQuery, MessageResource, SendMessageBody } from './message-resource.js';
import { Outbox } from './outbox.js';

@Controller('api/v1/chats')
@ApiTags('Chats')
export class ChatsController {
  constructor(
    private readonly chats: Chats,
    private readonly conversation: Conversation,
    private readonly outbox: Outbox,
  ) {}

  @Get()
  @Access('member')
  @ApiOperation({ summary: 'List chats', description: 'The one with the latest message first.' })
  @ApiOkResponse({ type: ChatPage, description: 'A page of chats.' })
  list(@CurrentCaller() caller: Caller, @Query() query: ChatQuery): Promise<Page<ChatResource>> {
    return this.chats.list(caller, query);
  }

  @Get(':chatId')
  @Access('member')
  @ApiOperation({ summary: 'Read a chat' })
  @ApiOkResponse({ type: ChatResource, description: 'The chat.' })
  read(@CurrentCaller() caller: Caller, @Param('chatId', ChatId) chatId: string): Promise<ChatResource> {
    return this.chats.get(caller, chatId);
  }

  @Patch(':chatId')
  @Access('member')
  @Unrecorded()
  @ApiOperation({ summary: 'Assign a chat to a member' })
  @ApiOkResponse({ type: ChatResource, description: 'The chat as it is now.' })
  patch(
    @CurrentCaller() caller: Caller,
    @Param('chatId', ChatId) chatId: string,
    @Body() body: PatchChatBody,
  ): Promise<ChatResource> {
    return this.chats.assign(caller, chatId, body.responsibleMemberId);
  }

  @Put(':chatId/reading')
  @Access('member')
  @Unrecorded()
  @ApiOperation({
    summary: 'Mark a chat as read',
    description: 'Up to a message, for the caller alone; the contact is told nothing.',
  })
  @ApiOkResponse({ type: ChatResource, description: 'The chat as it is now.' })
  markRead(
    @CurrentCaller() caller: Caller,
    @Param('chatId', ChatId) chatId: string,
    @Body() body: ReadingBody,
  ): Promise<ChatResource> {
    return this.chats.markRead(caller, chatId, body.messageId);
  }

  @Get(':chatId/messages')
  @Access('member')
  @ApiOperation({
    summary: 'List the messages of a chat',
    description:
      'Newest first. `nextCursor` leads to older ones; `previousCursor`, on a page that does not begin with the newest, to newer ones.',
  })
  @ApiOkResponse({ type: MessagePage, description: 'A page of messages.' })
  listMessages(
    @CurrentCaller() caller: Caller,
    @Param('chatId', ChatId) chatId: string,
    @Query() query: MessageQuery,
  ): Promise<MessagePage> {
    return this.conversation.list(caller, chatId, query);
  }

  @Post(':chatId/messages')
  @Access('member')
  @Unrecorded()
  @Refuses('account-not-linked')
  @ApiOperation({
    summary: 'Write a message',
    description: 'It is queued, paced like any other, and costs no credit.',
  })
  @ApiCreatedResponse({ type: MessageResource, description: 'The message, `queued`.' })
  async send(
    @CurrentCaller() caller: Caller,
    @Param('chatId', ChatId) chatId: string,
    @Body() body: SendMessageBody,
  ): Promise<MessageResource> {
    return this.conversation.getMessage(caller, await this.outbox.add(caller, chatId, body.text));
  }
}
