import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID, ValidateIf } from 'class-validator';
import { PageQuery, pageOf } from '../http/page.js';
import { Optional, Text } from '../http/text.js';
import { MESSAGE_STATES, type MessageDirection, type MessageState } from './message-resource.js';

class ChatAccountResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000004' }) id!: string;
  @ApiProperty({ type: String, nullable: true, example: '+972500000001' }) phone!: string | null;
}

class ResponsibleResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000002' }) id!: string;
  @ApiProperty({ example: 'Amina Haddad' }) fullName!: string;
  @ApiProperty({ example: 'amina@shop.example' }) email!: string;
}

/** The end of a chat, for a list of chats. */
class LastMessageResource {
  @ApiProperty({ enum: ['received', 'sent'], example: 'received' }) direction!: MessageDirection;
  @ApiProperty({ description: 'Its first 200 characters.', example: 'I am fine, how are you?' })
  text!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Of its file.', example: null })
  attachmentName!: string | null;
  @ApiProperty({ enum: MESSAGE_STATES, example: 'received' }) state!: MessageState;
}

export class ChatResource {
  @ApiProperty({ description: 'The `chat_id` of both webhooks.', example: '10010001' }) id!: string;
  @ApiProperty({ example: 'Jane Smith' }) name!: string;
  @ApiProperty({ example: false }) isGroup!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null for a group, and while WhatsApp hides the number.',
    example: '+972550000002',
  })
  phone!: string | null;
  @ApiProperty({ description: 'The account that the chat belongs to.' }) account!: ChatAccountResource;
  @ApiProperty({
    type: ResponsibleResource,
    nullable: true,
    description: 'The member who answers this chat.',
  })
  responsible!: ResponsibleResource | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-02T08:30:00.000Z',
  })
  lastMessageAt!: Date | null;
  @ApiProperty({ type: LastMessageResource, nullable: true, description: 'The latest message.' })
  lastMessage!: LastMessageResource | null;
  @ApiProperty({
    minimum: 0,
    maximum: 100,
    description: 'How many received messages the caller has not read; 100 stands for more as well.',
    example: 2,
  })
  unread!: number;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The message that came last: who has read it has read all.',
    example: '0192f7a0-0000-7000-8000-000000000005',
  })
  lastReceivedId!: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-11-01T10:00:00.000Z' }) createdAt!: Date;
}

export class ChatPage extends pageOf(ChatResource) {}

export class ChatQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Part of the name, or of the number.', example: 'jane' })
  @Optional()
  @Text(0, 200)
  search?: string;
}

export class PatchChatBody {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A member of the workspace, or null for nobody.',
    example: '0192f7a0-0000-7000-8000-000000000002',
  })
  @ValidateIf((_, value) => value !== null)
  @IsUUID('all', { message: '$property must be the id of a member, or null' })
  responsibleMemberId!: string | null;
}

export class ReadingBody {
  @ApiProperty({
    format: 'uuid',
    description: 'The last message that was read: the `lastReceivedId` of the chat, to have read all of it.',
    example: '0192f7a0-0000-7000-8000-000000000005',
  })
  @IsUUID('all', { message: '$property must be the id of a message' })
  messageId!: string;
}
