import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { AccountState, Network } from '@waypost/persistence';
import { IsIn, IsInt, Max, Min, ValidateIf } from 'class-validator';
import { pageOf } from '../http/page.js';
import { Recorded } from '../writing/recorded.decorator.js';

export const ACCOUNT_STATES: AccountState[] = [
  'unlinked',
  'pairing',
  'connecting',
  'connected',
  'backing_off',
  'logged_out',
  'conflict',
  'stopped',
];

const SLOWEST_PACE_MS = 600_000;

class AccountOwnerResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000002' }) id!: string;
  @ApiProperty({ example: 'Amina Haddad' }) fullName!: string;
  @ApiProperty({ example: 'amina@shop.example' }) email!: string;
}

export class AccountResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000004' }) id!: string;
  @ApiProperty({ enum: ['whatsapp', 'sandbox'], example: 'whatsapp' }) network!: Network;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'With `+`; null until the account was linked once.',
    example: '+972500000001',
  })
  phone!: string | null;
  @ApiProperty({ description: 'The member who added the account.' }) owner!: AccountOwnerResource;
  @ApiProperty({ enum: ACCOUNT_STATES, example: 'connected' }) state!: AccountState;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it connected last.',
    example: '2026-11-02T08:30:00.000Z',
  })
  connectedAt!: Date | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When an account that backs off connects again, or one that is banned for a time does.',
    example: null,
  })
  retryAt!: Date | null;
  @ApiProperty({ description: 'Messages that are queued or being sent.', example: 2 }) queueLength!: number;
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Shortest pause between two of its sends, in milliseconds; null: as the deployment sets it.',
    example: 1_500,
  })
  paceMinMs!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Longest such pause.', example: 2_500 })
  paceMaxMs!: number | null;
  @ApiProperty({
    description: 'One sentence: why is nothing being sent?',
    example: '2 messages wait: the account sends one after another, about 2 seconds apart.',
  })
  explanation!: string;
}

export class AccountPage extends pageOf(AccountResource) {}

export class CreateAccountBody {
  @ApiProperty({
    enum: ['whatsapp', 'sandbox'],
    description: '`sandbox` is the simulated network for tests.',
    example: 'sandbox',
  })
  @Recorded()
  @IsIn(['whatsapp', 'sandbox'])
  network!: Network;
}

export class PatchAccountBody {
  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: SLOWEST_PACE_MS,
    description:
      'Each pause is drawn at random between the two; both null: as the deployment sets it. Faster than people write gets numbers banned.',
    example: 3_000,
  })
  @Recorded()
  @IsPause()
  paceMinMs!: number | null;

  @ApiProperty({ type: Number, nullable: true, minimum: 0, maximum: SLOWEST_PACE_MS, example: 6_000 })
  @Recorded()
  @IsPause()
  paceMaxMs!: number | null;
}

function IsPause(): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_, value) => value !== null),
    IsInt(),
    Min(0),
    Max(SLOWEST_PACE_MS),
  );
}
