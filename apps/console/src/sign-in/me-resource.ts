import { ApiProperty } from '@nestjs/swagger';
import type { MemberRole } from '@waypost/persistence';

class WorkspaceResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000001' }) id!: string;
  @ApiProperty({ example: 'Amina’s shop' }) name!: string;
}

/** The caller. */
export class MeResource {
  @ApiProperty({ format: 'uuid', example: '0192f7a0-0000-7000-8000-000000000002' }) id!: string;
  @ApiProperty({ example: 'amina@shop.example' }) email!: string;
  @ApiProperty({ example: 'Amina Haddad' }) fullName!: string;
  @ApiProperty({ enum: ['owner', 'teammate'], example: 'owner' }) role!: MemberRole;
  @ApiProperty() workspace!: WorkspaceResource;
}
