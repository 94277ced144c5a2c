import { newSecretToken, uuidv7 } from '@waypost/kernel';
import type { Transaction } from './database.js';
import { ApiTokenEntity } from './entities/api-token.entity.js';
import { tokenHash } from './token-hash.js';

/**
 * Issues an API token that acts for a member.
 * @returns the token itself, which is not kept anywhere, and the id by which it can be revoked
 */
export async function issueApiToken(
  tx: Transaction,
  owner: { workspaceId: string; memberId: string; name: string },
): Promise<{ id: string; token: string }> {
  const id = uuidv7();
  const token = newSecretToken();
  await tx.insert(ApiTokenEntity, { id, ...owner, tokenHash: tokenHash(token) });
  return { id, token };
}
