import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../http/text.js';
import { Recorded } from '../writing/recorded.decorator.js';

export class PatchMeBody {
  @ApiProperty({ description: 'As recipients of the outbound webhook see it.', example: 'Amina Haddad' })
  @Recorded()
  @Text(1, 200)
  fullName!: string;
}
