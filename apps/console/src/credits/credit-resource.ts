import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CREDIT_REASONS, type CreditReason } from '@waypost/persistence';
import { IsInt, Max, Min } from 'class-validator';
import { pageOf } from '../http/page.js';
import { Optional, Text } from '../http/text.js';
import { Recorded } from '../writing/recorded.decorator.js';

export const MOST_GRANTED_AT_ONCE = 1_000_000;

export class CreditsResource {
  @ApiProperty({ description: 'Credits that can be spent: the sum of the ledger.', example: 998 })
  balance!: number;
  @ApiProperty({ description: 'Credits that come on the first of each month; 0: none.', example: 500 })
  monthlyAllowance!: number;
  @ApiProperty({
    description: 'What of the balance came as allowance. It is spent before other credits.',
    example: 498,
  })
  allowanceLeft!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the rest of the allowance ends and the next one comes.',
    example: '2026-12-01T00:00:00.000Z',
  })
  allowanceRenewsAt!: Date | null;
}

export class CreditEntryResource {
  @ApiProperty({ example: '417' }) id!: string;
  @ApiProperty({ description: 'The change: above zero for grants and refunds.', example: -1 }) delta!: number;
  @ApiProperty({ description: 'The balance after it.', example: 998 }) balance!: number;
  @ApiProperty({ enum: CREDIT_REASONS, example: 'charge' }) reason!: CreditReason;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The message that was charged or refunded.',
    example: 'wa_backend:3EB09FCC85FE99662E46',
  })
  messageId!: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) note!: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) createdAt!: Date;
}

export class CreditEntryPage extends pageOf(CreditEntryResource) {}

export class AllowanceBody {
  @ApiProperty({
    minimum: 0,
    maximum: MOST_GRANTED_AT_ONCE,
    description: 'Credits per month; 0 ends the allowance at the end of the month.',
    example: 500,
  })
  @Recorded()
  @IsInt()
  @Min(0)
  @Max(MOST_GRANTED_AT_ONCE)
  amount!: number;
}

export class GrantBody {
  @ApiProperty({ minimum: 1, maximum: MOST_GRANTED_AT_ONCE, example: 1000 })
  @Recorded()
  @IsInt()
  @Min(1)
  @Max(MOST_GRANTED_AT_ONCE)
  amount!: number;

  @ApiPropertyOptional({ description: 'Why, for the ledger.', example: 'November' })
  @Optional()
  @Recorded()
  @Text(0, 500)
  note?: string;
}
