import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';

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
  @ApiProperty({ example: true }) @IsBoolean() enabled!: boolean;
}
