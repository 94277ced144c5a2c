import { ApiProperty } from '@nestjs/swagger';

export class PermalinkResource {
  @ApiProperty({ example: '10010001' }) chatId!: string;
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000005' }) messageId!: string;
}
