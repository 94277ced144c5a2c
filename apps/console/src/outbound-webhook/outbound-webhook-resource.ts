import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { EndpointState } from '@waypost/persistence';
import { IsBoolean, IsInt, ValidateIf } from 'class-validator';
import { Optional, Text } from '../http/text.js';

export class OutboundWebhookResource {
  @ApiProperty({ type: String, nullable: true, example: 'https://crm.example/whatsapp' }) url!: string | null;
  @ApiProperty({ description: '0 delivers each message on its own.', enum: [0, 1, 6, 12, 24], example: 0 })
  granularityHours!: number;
  @ApiProperty({ example: true }) enabled!: boolean;
  @ApiProperty({
    enum: ['healthy', 'backing_off', 'disabled'],
    description: '`disabled`: switched off by itself after too many errors in a row.',
    example: 'healthy',
  })
  state!: EndpointState;
  @ApiProperty({ description: 'Errors since the last success.', example: 0 }) consecutiveErrors!: number;
  @ApiProperty({ type: String, nullable: true, example: null }) disabledReason!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When an endpoint that backs off is tried again.',
    example: null,
  })
  nextAttemptAt!: Date | null;
  @ApiProperty({ description: 'Deliveries that wait.', example: 0 }) pending!: number;
  @ApiProperty({
    description: 'Verifies the signature of each request (https://www.standardwebhooks.com).',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0dGx6qzVvKM=',
  })
  secret!: string;
}

export class PatchOutboundWebhookBody {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'https://crm.example/whatsapp' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @Text(1, 2048)
  url?: string | null;

  @ApiPropertyOptional({ description: 'Only 0 in this version.', enum: [0], example: 0 })
  @Optional()
  @IsInt()
  granularityHours?: number;

  @ApiPropertyOptional({ description: 'On needs a URL, and forgets earlier errors.', example: true })
  @Optional()
  @IsBoolean()
  enabled?: boolean;
}
