import { ApiProperty } from '@nestjs/swagger';
import type { OutgoingState } from '@waypost/kernel';
import { FailureResource } from '../chats/message-resource.js';
import { pageOf } from '../http/page.js';

const OUTGOING_STATES = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed'];

class AttemptedMessageResource {
  @ApiProperty({ example: 'wa_backend:3EB09FCC85FE99662E46' }) messageId!: string;
  @ApiProperty({
    enum: OUTGOING_STATES,
    nullable: true,
    description: 'How far it got by now; null when that is not known here any more.',
    example: 'delivered',
  })
  state!: OutgoingState | null;
  @ApiProperty({ type: FailureResource, nullable: true, description: 'Why it failed.', example: null })
  failure!: FailureResource | null;
}

export class AttemptResource {
  @ApiProperty({ description: 'Rises with each request.', example: '4711' }) id!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) at!: Date;
  @ApiProperty({ type: String, nullable: true, description: 'Where it came from.', example: '203.0.113.7' })
  address!: string | null;
  @ApiProperty({ description: 'The HTTP status of the answer.', example: 200 }) status!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The sentence of a refusal.',
    example: null,
  })
  refusal!: string | null;
  @ApiProperty({
    type: AttemptedMessageResource,
    nullable: true,
    description: 'The message that the answer names; null for a refusal.',
  })
  message!: AttemptedMessageResource | null;
  @ApiProperty({ description: 'Fields that were not understood.', type: [String], example: ['colour'] })
  ignoredFields!: string[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The beginning of the body, as text; the download has all of it. Null when it was not read.',
    example: '{"action":"send","phone":"+14151231234","text":"Hello"}',
  })
  bodyStart!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Of the whole body.', example: 55 })
  bodyBytes!: number | null;
  @ApiProperty({ description: 'From the arrival until the decision.', example: 3.2 }) durationMs!: number;
}

export class AttemptPage extends pageOf(AttemptResource) {}

class AttemptAnswerDocument {
  @ApiProperty({ description: '`success`, or the HTTP status.', example: 'success' })
  status!: string | number;
  @ApiProperty({ example: { message_id: 'wa_backend:3EB09FCC85FE99662E46' } }) data!: object;
  @ApiProperty({ type: String, required: false, example: 'Chat not found' }) message?: string;
}

/** One entry of the downloaded log. */
export class AttemptRecord {
  @ApiProperty({ example: '4711' }) id!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) at!: Date;
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' }) address!: string | null;
  @ApiProperty({ example: 200 }) status!: number;
  @ApiProperty({ description: 'The body of the answer.' }) answer!: AttemptAnswerDocument;
  @ApiProperty({ type: String, nullable: true, example: 'wa_backend:3EB09FCC85FE99662E46' })
  messageId!: string | null;
  @ApiProperty({ type: [String], example: ['colour'] }) ignoredFields!: string[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The body that came, as text; null when it was not read, or is no UTF-8.',
    example: '{"action":"send","phone":"+14151231234","text":"Hello"}',
  })
  body!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The body that came, when it is no UTF-8.',
    example: null,
  })
  bodyBase64!: string | null;
  @ApiProperty({ example: 3.2 }) durationMs!: number;
}

export class AttemptLog {
  @ApiProperty({ type: [AttemptRecord], description: 'Newest first, 100 at most.' })
  attempts!: AttemptRecord[];
}
