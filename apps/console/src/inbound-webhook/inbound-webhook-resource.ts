import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { Text } from '../http/text.js';
import { Recorded } from '../writing/recorded.decorator.js';

export class InboundWebhookResource {
  @ApiProperty({ description: 'False also while no URL was generated yet.', example: true })
  enabled!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The secret URL; null until one is generated.',
    example: 'https://in.example/webhooks/inbound/k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY',
  })
  url!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When this URL was generated.',
    example: '2026-11-02T08:30:00.000Z',
  })
  createdAt!: Date | null;
}

export class PatchInboundWebhookBody {
  @ApiProperty({ example: true }) @Recorded() @IsBoolean() enabled!: boolean;
}

export class InboundTestBody {
  @ApiProperty({ description: 'Whom to write to.', example: '+14155550123' }) @Text(1, 40) phone!: string;
  @ApiProperty({ example: 'A test from Waypost' }) @Text(1, 1_000) text!: string;
}

export class InboundTestResource {
  @ApiProperty({ description: 'What was posted.', example: '{"action":"send"}' }) requestBody!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Null when no answer came.', example: 200 })
  status!: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The answer.',
    example: '{"status":"success","data":{"message_id":"wa_backend:3EB09FCC85FE99662E46"}}',
  })
  responseBody!: string | null;
  @ApiProperty({ example: 12.5 }) durationMs!: number;
}
