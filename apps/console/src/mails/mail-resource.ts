import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '../http/page.js';

const MAIL_STATES = ['waiting', 'sent', 'failed'] as const;

export class MailResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000007' }) id!: string;
  @ApiProperty({ example: 'amina@shop.example' }) recipient!: string;
  @ApiProperty({ example: 'Your outbound webhook was disabled' }) subject!: string;
  @ApiProperty({ example: 'https://crm.example/whatsapp failed 11 times in a row.' }) body!: string;
  @ApiProperty({
    enum: MAIL_STATES,
    description: 'Without a mail server it stays `waiting`, and is read here.',
    example: 'sent',
  })
  state!: (typeof MAIL_STATES)[number];
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) createdAt!: Date;
}

export class MailPage extends pageOf(MailResource) {}
