import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PairingMethod, PairingState } from '@waypost/persistence';
import { IsIn } from 'class-validator';
import { Optional, Text } from '../http/text.js';
import { Recorded } from '../writing/recorded.decorator.js';

export class PairingResource {
  @ApiProperty({
    enum: ['none', 'requested', 'waiting', 'linked', 'expired', 'failed'],
    description:
      '`none`: never asked for. `requested`: the QR or code is being made. `waiting`: for the phone. `expired`, `failed`: ask again.',
    example: 'waiting',
  })
  state!: PairingState | 'none';
  @ApiPropertyOptional({ enum: ['qr', 'code'], example: 'qr' }) method?: PairingMethod;
  @ApiPropertyOptional({
    description: 'What to show as a QR code while `waiting`; it changes every 20 seconds or so.',
    example: '2@Bx3f…,kQ0…,7hG…,Tz1…',
  })
  qr?: string;
  @ApiPropertyOptional({ description: 'What to enter on the phone while `waiting`.', example: 'ABCD1234' })
  code?: string;
  @ApiPropertyOptional({
    description: 'Why it failed or expired; while `waiting`, why another QR has to be scanned.',
    example: 'Nobody scanned the QR in time.',
  })
  detail?: string;
  @ApiPropertyOptional({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) updatedAt?: Date;
}

export class RequestPairingBody {
  @ApiProperty({ enum: ['qr', 'code'], description: 'Scan a QR, or enter a code.', example: 'qr' })
  @Recorded()
  @IsIn(['qr', 'code'])
  method!: PairingMethod;

  @ApiPropertyOptional({
    description: 'The number of the phone, in international format; needed with `code`.',
    example: '+972500000001',
  })
  @Optional()
  @Text(1, 40)
  phone?: string;
}
