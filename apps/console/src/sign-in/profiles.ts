import { Injectable } from '@nestjs/common';
import { Database, MemberEntity, WorkspaceEntity } from '@waypost/persistence';
import type { Caller } from '../access/caller.js';
import { Writes } from '../writing/writes.js';
import type { MeResource } from './me-resource.js';

/** Who a member is. */
@Injectable()
export class Profiles {
  constructor(
    private readonly database: Database,
    private readonly writes: Writes,
  ) {}

  async get(memberId: string): Promise<MeResource> {
    const member = await this.database.read.findOneByOrFail(MemberEntity, { id: memberId });
    const workspace = await this.database.read.findOneByOrFail(WorkspaceEntity, { id: member.workspaceId });
    return {
      id: member.id,
      email: member.email,
      fullName: member.fullName,
      role: member.role,
      workspace: { id: workspace.id, name: workspace.name },
    };
  }

  async rename(caller: Caller, fullName: string): Promise<void> {
    await this.writes.byMember(caller, (tx, tell) => {
      tell(caller.fullName);
      return tx.query('update member set full_name = $2 where id = $1', [caller.memberId, fullName]);
    });
  }
}
