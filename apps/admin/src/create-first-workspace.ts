import { randomBytes } from 'node:crypto';
import { createWorkspace, Database, hashPassword } from '@waypost/persistence';
import { CommandProblem } from './read-command.js';

const UNIQUE_VIOLATION = '23505';

export interface FirstWorkspace {
  databaseUrl: string;
  workspaceName: string;
  email: string;
  fullName: string;
}

/**
 * Creates a workspace whose owner can sign in, with a password that only the caller learns.
 *
 * @throws CommandProblem when a member has that e-mail already
 */
export async function createFirstWorkspace({
  databaseUrl,
  workspaceName,
  email,
  fullName,
}: FirstWorkspace): Promise<{ workspaceId: string; password: string }> {
  const password = randomBytes(18).toString('base64url');
  const passwordHash = await hashPassword(password);
  const database = await Database.open({ url: databaseUrl, applicationName: 'waypost-admin', poolSize: 2 });
  try {
    const { workspaceId } = await database.transaction((tx) =>
      createWorkspace(tx, { name: workspaceName, owner: { email, fullName, passwordHash } }),
    );
    return { workspaceId, password };
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    throw new CommandProblem(`A member with the e-mail ${email} is there already.`);
  } finally {
    await database.close();
  }
}
