import { uuidv7 } from '@waypost/kernel';
import type { Transaction } from './database.js';
import { MemberEntity } from './entities/member.entity.js';
import { WorkspaceEntity } from './entities/workspace.entity.js';

export interface NewWorkspace {
  name: string;
  owner: {
    /** Unique over all workspaces, whatever its case. */
    email: string;
    fullName: string;
    /** From `hashPassword`; null when the owner cannot sign in by password. */
    passwordHash: string | null;
  };
}

/**
 * Creates a workspace with its first owner and no credits.
 * @throws a unique violation (23505) when a member has that e-mail already
 */
export async function createWorkspace(
  tx: Transaction,
  workspace: NewWorkspace,
): Promise<{ workspaceId: string; memberId: string }> {
  const workspaceId = uuidv7();
  const memberId = uuidv7();
  await tx.insert(WorkspaceEntity, { id: workspaceId, name: workspace.name });
  await tx.insert(MemberEntity, { id: memberId, workspaceId, role: 'owner', ...workspace.owner });
  await tx.query('insert into credit_balance (workspace_id) values ($1)', [workspaceId]);
  return { workspaceId, memberId };
}
