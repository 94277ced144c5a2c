import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '../http/page.js';

const WAYS = ['session', 'token', 'link'] as const;

class ActorResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000002' }) id!: string;
  @ApiProperty({ description: 'As they were called then.', example: 'Amina Haddad' }) fullName!: string;
  @ApiProperty({ example: 'amina@shop.example' }) email!: string;
}

export class AuditEntryResource {
  @ApiProperty({ description: 'Rises with each entry.', example: '4711' }) id!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) at!: Date;
  @ApiProperty() member!: ActorResource;
  @ApiProperty({
    enum: WAYS,
    description: 'Signed in, by an API token, or by a mailed link.',
    example: 'session',
  })
  via!: (typeof WAYS)[number];
  @ApiProperty({ description: 'Where the request came from.', example: '192.0.2.7' }) address!: string;
  @ApiProperty({ description: 'The operation’s id in this document.', example: 'Members_patch' })
  action!: string;
  @ApiProperty({ description: 'The same in words.', example: 'Change a member' }) summary!: string;
  @ApiProperty({ type: String, nullable: true, description: 'To whom or what.', example: 'Tom Mate' })
  subject!: string | null;
  @ApiProperty({
    type: Object,
    description: 'What the request gave, without secrets.',
    example: { role: 'owner' },
  })
  details!: Record<string, unknown>;
}

export class AuditEntryPage extends pageOf(AuditEntryResource) {}
