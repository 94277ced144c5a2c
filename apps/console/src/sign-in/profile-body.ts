import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../http/text.js';

export class PatchMeBody {
  @ApiProperty({ description: 'As recipients of the outbound webhook see it.', example: 'Amina Haddad' })
  @Text(1, 200)
  fullName!: string;
}

export class ChangePasswordBody {
  @ApiProperty({ example: 'correct horse battery staple' }) @Text(1, 1_000) currentPassword!: string;

  @ApiProperty({ description: 'At least 12 characters.', example: 'a longer horse and a better battery' })
  @Text(12, 1_000)
  newPassword!: string;
}
