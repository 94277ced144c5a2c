import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '../http/page.js';
import { Text } from '../http/text.js';
import { Recorded } from '../writing/recorded.decorator.js';

/** An API token as it can be shown again: without the token. */
export class TokenResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000003' }) id!: string;
  @ApiProperty({ example: 'CRM sync' }) name!: string;
  @ApiProperty({
    format: 'uuid',
    description: 'The member whom the token acts for.',
    example: '0192f7a0-0000-7000-8000-000000000002',
  })
  memberId!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) createdAt!: Date;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Last use, to the minute.',
    example: '2026-11-03T17:05:00.000Z',
  })
  lastUsedAt!: Date | null;
}

export class TokenPage extends pageOf(TokenResource) {}

export class NewTokenResource extends TokenResource {
  @ApiProperty({
    description: 'The token. It is shown this once and cannot be read again.',
    example: 'k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY',
  })
  token!: string;
}

export class CreateTokenBody {
  @ApiProperty({ description: 'What the token is for.', example: 'CRM sync' })
  @Recorded()
  @Text(1, 100)
  name!: string;
}
