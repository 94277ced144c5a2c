import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { MemberRole } from '@waypost/persistence';
import { IsEmail, IsIn } from 'class-validator';
import { pageOf } from '../http/page.js';
import { Optional, Text } from '../http/text.js';
import { Recorded } from '../writing/recorded.decorator.js';

const ROLES: MemberRole[] = ['owner', 'teammate'];

export class MemberResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000002' }) id!: string;
  @ApiProperty({ example: 'tom@shop.example' }) email!: string;
  @ApiProperty({ example: 'Tom Mate' }) fullName!: string;
  @ApiProperty({ enum: ROLES, example: 'teammate' }) role!: MemberRole;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) createdAt!: Date;
}

export class MemberPage extends pageOf(MemberResource) {}

export class NewMemberResource extends MemberResource {
  @ApiProperty({
    description: 'The first password. It is shown this once; the member changes it in the settings.',
    example: 'k3J0mJx2cTqWv8s0Zr1yQ',
  })
  firstPassword!: string;
}

export class CreateMemberBody {
  @ApiProperty({ example: 'tom@shop.example' })
  @IsEmail({}, { message: '$property must be an e-mail address' })
  @Recorded()
  @Text(3, 254)
  email!: string;

  @ApiProperty({ example: 'Tom Mate' }) @Recorded() @Text(1, 200) fullName!: string;

  @ApiProperty({
    enum: ROLES,
    description: 'An owner manages, a teammate answers chats.',
    example: 'teammate',
  })
  @Recorded()
  @IsIn(ROLES)
  role!: MemberRole;
}

export class PatchMemberBody {
  @ApiPropertyOptional({ example: 'Tom Mate' }) @Optional() @Recorded() @Text(1, 200) fullName?: string;

  @ApiPropertyOptional({ enum: ROLES, example: 'teammate' })
  @Optional()
  @Recorded()
  @IsIn(ROLES)
  role?: MemberRole;
}
