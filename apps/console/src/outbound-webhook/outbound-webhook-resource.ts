import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, ValidateIf } from 'class-validator';
import { pageOf } from '../http/page.js';
import { Optional, Text } from '../http/text.js';
import { GRANULARITIES, type EndpointState } from './endpoint-settings.js';
import { Recorded } from '../writing/recorded.decorator.js';

export class OutboundWebhookResource {
  @ApiProperty({ type: String, nullable: true, example: 'https://crm.example/whatsapp' }) url!: string | null;
  @ApiProperty({ description: '0 delivers each message on its own.', enum: GRANULARITIES, example: 0 })
  granularityHours!: number;
  @ApiProperty({ description: 'False also after it disabled itself.', example: true }) enabled!: boolean;
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
  @ApiProperty({ description: 'Deliveries that wait to be made.', example: 0 }) pending!: number;
  @ApiProperty({ description: 'Chats whose window is open.', example: 0 }) openBundles!: number;
  @ApiProperty({ description: 'Messages in them.', example: 0 }) bundledMessages!: number;
  @ApiProperty({
    description:
      'Messages that were not kept because too many waited, or that waited or were refused for too long.',
    example: 0,
  })
  dropped!: number;
  @ApiProperty({
    description: 'Verifies the signature of each request (https://www.standardwebhooks.com).',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0dGx6qzVvKM=',
  })
  secret!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until then requests also carry a signature of the secret before.',
    example: null,
  })
  previousSecretUntil!: Date | null;
}

export class PatchOutboundWebhookBody {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'https://crm.example/whatsapp' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @Recorded(siteOf)
  @Text(1, 2048)
  url?: string | null;

  @ApiPropertyOptional({
    description: 'Hours; open windows get the new length, and 0 ends them now.',
    enum: GRANULARITIES,
    example: 0,
  })
  @Optional()
  @Recorded()
  @IsInt()
  granularityHours?: number;

  @ApiPropertyOptional({ description: 'On needs a URL, and forgets earlier errors.', example: true })
  @Optional()
  @Recorded()
  @IsBoolean()
  enabled?: boolean;
}

export class TestResultResource {
  @ApiProperty({ description: 'True when the answer was HTTP 200.', example: true }) ok!: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'Null when no answer came.', example: 200 })
  status!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'What went wrong.', example: null })
  error!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'At most 16 KiB of it.', example: 'OK' })
  responseBody!: string | null;
  @ApiProperty({ description: 'What was posted.', example: '{"whatsapp_account":{}}' }) requestBody!: string;
  @ApiProperty({ example: 87.5 }) durationMs!: number;
}

/** A request to the endpoint, in full; secrets are redacted. */
export class OutboundRequestResource {
  @ApiProperty({ description: 'Rises with each request.', example: '815' }) id!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) at!: Date;
  @ApiProperty({ description: 'Made by "Send test".', example: false }) isTest!: boolean;
  @ApiProperty({ example: 'https://crm.example/whatsapp' }) url!: string;
  @ApiProperty({ example: { 'webhook-id': '0192f7a0-0000-7000-8000-000000000006' } }) requestHeaders!: object;
  @ApiProperty({ example: '{"whatsapp_account":{}}' }) requestBody!: string;
  @ApiProperty({
    description: 'True when the list has only the beginning of the body; the file has all of it.',
    example: false,
  })
  isRequestBodyCut!: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'Null when no answer came.', example: 200 })
  status!: number | null;
  @ApiProperty({ type: Object, nullable: true, example: { 'content-type': 'text/plain' } })
  responseHeaders!: object | null;
  @ApiProperty({ type: String, nullable: true, description: 'At most 16 KiB of it.', example: 'OK' })
  responseBody!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Null for a success.', example: null })
  error!: string | null;
  @ApiProperty({ example: 87.5 }) durationMs!: number;
}

export class OutboundRequestPage extends pageOf(OutboundRequestResource) {}

export class OutboundRequestLog {
  @ApiProperty({ type: [OutboundRequestResource], description: 'Newest first, 100 at most.' })
  requests!: OutboundRequestResource[];
}

/** The rest of a webhook's URL may be a secret. */
function siteOf(url: unknown): unknown {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : null;
}
