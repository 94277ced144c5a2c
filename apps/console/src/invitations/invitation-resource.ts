import { ApiProperty } from '@nestjs/swagger';
import type { MemberRole } from '@waypost/persistence';
import { IsEmail, IsIn } from 'class-validator';
import { pageOf } from '../http/page.js';
import { Text } from '../http/text.js';
import { NewPassword } from '../passwords/new-password.decorator.js';
import { Recorded } from '../writing/recorded.decorator.js';

const ROLES: MemberRole[] = ['owner', 'teammate'];
const MAIL_STATES = ['waiting', 'sent', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];
const TOKEN_EXAMPLE = 'k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY';

export class InvitationResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000008' }) id!: string;
  @ApiProperty({ example: 'tom@shop.example' }) email!: string;
  @ApiProperty({ enum: ROLES, example: 'teammate' }) role!: MemberRole;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Hand it over yourself where no mail server is set up. Null when it is too old: send another one.',
    example: `https://console.example/invitation#${TOKEN_EXAMPLE}`,
  })
  link!: string | null;
  @ApiProperty({
    enum: MAIL_STATES,
    description: 'Without a mail server it stays `waiting`.',
    example: 'sent',
  })
  mailState!: MailState;
  @ApiProperty({ format: 'date-time', example: '2026-11-02T08:30:00.000Z' }) createdAt!: Date;
  @ApiProperty({ format: 'date-time', example: '2026-11-09T08:30:00.000Z' }) expiresAt!: Date;
}

export class InvitationPage extends pageOf(InvitationResource) {}

export class CreateInvitationBody {
  @ApiProperty({ example: 'tom@shop.example' })
  @IsEmail({}, { message: '$property must be an e-mail address' })
  @Recorded()
  @Text(3, 254)
  email!: string;

  @ApiProperty({
    enum: ROLES,
    description: 'An owner manages, a teammate answers chats.',
    example: 'teammate',
  })
  @Recorded()
  @IsIn(ROLES)
  role!: MemberRole;
}

export class ReadInvitationBody {
  @ApiProperty({ description: 'What follows the # of the link.', example: TOKEN_EXAMPLE, format: 'password' })
  @Text(1, 200)
  token!: string;
}

export class AcceptInvitationBody extends ReadInvitationBody {
  @ApiProperty({ example: 'Tom Mate' }) @Text(1, 200) fullName!: string;

  @NewPassword()
  password!: string;
}

/** What an invitation is about, for the invited. */
export class OfferResource {
  @ApiProperty({ example: 'tom@shop.example' }) email!: string;
  @ApiProperty({ enum: ROLES, example: 'teammate' }) role!: MemberRole;
  @ApiProperty({ example: 'Amina’s shop' }) workspaceName!: string;
}
