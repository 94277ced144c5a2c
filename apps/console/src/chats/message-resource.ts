import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FILE_KINDS, type FileKind, MESSAGE_CONTENTS } from '@waypost/contracts';
import type { OutgoingState } from '@waypost/kernel';
import { IsUUID, Matches } from 'class-validator';
import { PageQuery, pageOf } from '../http/page.js';
import { Optional, Text } from '../http/text.js';

export type MessageDirection = 'received' | 'sent';
export type MessageState = OutgoingState | 'received';
export type MessageOrigin = 'contact' | 'phone' | 'webhook' | 'console';

export const MESSAGE_KINDS = [...MESSAGE_CONTENTS, 'attachment'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const MESSAGE_STATES: MessageState[] = [
  'received',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
];

class SenderResource {
  @ApiProperty({ type: String, nullable: true, example: 'Amina Haddad' }) name!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '+972500000001' }) phone!: string | null;
}

export class FailureResource {
  @ApiProperty({ description: 'For programs.', example: 'not_on_whatsapp' }) code!: string;
  @ApiProperty({ type: String, nullable: true, description: 'For people.', example: null })
  reason!: string | null;
}

class AttachmentResource {
  @ApiProperty({ example: 'invoice-4711.pdf' }) name!: string;
  @ApiProperty({
    enum: FILE_KINDS,
    nullable: true,
    description: 'As what WhatsApp shows it; null until it was fetched.',
    example: 'document',
  })
  kind!: FileKind | null;
  @ApiProperty({ type: String, nullable: true, example: 'application/pdf' }) mimeType!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'In bytes.', example: 48_213 })
  size!: number | null;
}

export class MessageResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000005' }) id!: string;
  @ApiProperty({ description: 'As both webhooks name it.', example: 'wa_backend:3EB09FCC85FE99662E46' })
  messageId!: string;
  @ApiProperty({ enum: ['received', 'sent'], example: 'sent' }) direction!: MessageDirection;
  @ApiProperty({
    enum: ['contact', 'phone', 'webhook', 'console'],
    description: 'Where it was written: by a contact, or by us on the phone, through the webhook, or here.',
    example: 'console',
  })
  origin!: MessageOrigin;
  @ApiProperty({ description: 'Who wrote it.' }) sender!: SenderResource;
  @ApiProperty({
    enum: MESSAGE_KINDS,
    description:
      '`attachment`: a file of ours that was not fetched yet. `other`: recorded without its content.',
    example: 'text',
  })
  kind!: MessageKind;
  @ApiProperty({
    description:
      'The text; the caption of a file; the name of a contact, place, poll or event. Empty when it was deleted.',
    example: 'I am fine, how are you?',
  })
  text!: string;
  @ApiProperty({
    type: AttachmentResource,
    nullable: true,
    description: 'The file that a message of ours carries; null for other messages.',
  })
  attachment!: AttachmentResource | null;
  @ApiProperty({
    enum: MESSAGE_STATES,
    example: 'delivered',
  })
  state!: MessageState;
  @ApiProperty({
    type: FailureResource,
    nullable: true,
    description: 'Why it failed.',
    example: null,
  })
  failure!: FailureResource | null;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) at!: Date;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its author last gave it another text.',
    example: null,
  })
  editedAt!: Date | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its author deleted it for everyone.',
    example: null,
  })
  deletedAt!: Date | null;
}

export class MessagePage extends pageOf(MessageResource) {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to get newer messages; null on the page with the newest.',
    example: null,
  })
  previousCursor!: string | null;
}

export class MessageQuery extends PageQuery {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'A message of the chat to begin at: the page has it in its middle. Not with `cursor`.',
  })
  @Optional()
  @IsUUID('all', { message: '$property must be the id of a message' })
  around?: string;
}

export class SendMessageBody {
  @ApiProperty({ description: 'Plain text; `\\n` breaks lines.', example: 'I am fine, how are you?' })
  @Text(1, 65_536)
  @Matches(/\S/, { message: '$property must not be blank' })
  text!: string;
}
