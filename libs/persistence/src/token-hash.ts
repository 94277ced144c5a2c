import { createHash } from 'node:crypto';

/** Tokens are 256 random bits, so a plain SHA-256 is enough to store and to look them up. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
