import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as Convert } from 'class-transformer';
import { IsInt, IsTimeZone, IsUUID, Matches, Max, Min } from 'class-validator';
import { Optional } from '../http/text.js';

export class DaysQuery {
  @ApiPropertyOptional({
    description: 'How many days, today among them.',
    minimum: 1,
    maximum: 92,
    default: 30,
    example: 30,
  })
  @Optional()
  @Convert(() => Number)
  @IsInt()
  @Min(1)
  @Max(92)
  days: number = 30;

  @ApiPropertyOptional({
    description: 'The IANA name of the zone whose days these are.',
    default: 'UTC',
    example: 'Asia/Jerusalem',
  })
  @Optional()
  // Postgres reads an offset with the other sign.
  @Matches(/^[A-Za-z]/, { message: '$property must be the name of a time zone' })
  @IsTimeZone({ message: '$property must be the name of a time zone' })
  timeZone: string = 'UTC';
}

export class MessageStatisticsQuery extends DaysQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only what this account sent and received.' })
  @Optional()
  @IsUUID('all', { message: '$property must be the id of an account' })
  accountId?: string;
}

/** Of what was sent, only messages of the webhook and the console are told by how far they got: the phone keeps its own. */
class MessageCounts {
  @ApiProperty({ example: 120 }) received!: number;
  @ApiProperty({ description: 'On the phone as well.', example: 80 }) sent!: number;
  @ApiProperty({
    description: 'Of those sent through the webhook or the console: delivered, or read.',
    example: 70,
  })
  delivered!: number;
  @ApiProperty({ description: 'Of those: given up.', example: 2 }) failed!: number;
  @ApiProperty({ description: 'Of those: waiting, or sent and not delivered yet.', example: 3 })
  underway!: number;
}

class MessageDayResource extends MessageCounts {
  @ApiProperty({ format: 'date', example: '2026-11-24' }) day!: string;
}

class AccountCountsResource extends MessageCounts {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000004' }) id!: string;
  @ApiProperty({ type: String, nullable: true, example: '+972500000001' }) phone!: string | null;
}

export class MessageStatisticsResource {
  @ApiProperty({ type: [MessageDayResource], description: 'Every day of the range, oldest first.' })
  days!: MessageDayResource[];
  @ApiProperty({
    type: [AccountCountsResource],
    description: 'The accounts with most messages in the range, at most 100.',
  })
  accounts!: AccountCountsResource[];
}

class CreditDayResource {
  @ApiProperty({ format: 'date', example: '2026-11-24' }) day!: string;
  @ApiProperty({
    description: 'What the messages of that day cost; those that failed cost nothing.',
    example: 80,
  })
  used!: number;
  @ApiProperty({ description: 'What came by grants and allowances, less what ended.', example: 500 })
  added!: number;
  @ApiProperty({ description: 'The balance at the end of the day; of today: now.', example: 1_420 })
  left!: number;
}

export class CreditStatisticsResource {
  @ApiProperty({ type: [CreditDayResource], description: 'Every day of the range, oldest first.' })
  days!: CreditDayResource[];
}
