import { createCipheriv, createDecipheriv, hkdfSync, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { sharedSecret, type KeyPair } from '../signal/libsignal.js';

const SALT = 32;
const BLOCK_IV = 16;
const SEAL_IV = 12;
const SEAL_TAG = 16;
const ITERATIONS = 131_072;
const NOTHING = Buffer.alloc(0);

const stretch = promisify(pbkdf2);

/** The code as it is typed: people write it with dashes, spaces and small letters. */
export function normalizeCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}

/** The companion's ephemeral key: salt, counter, and the key encrypted under the code. A wrong code gives a wrong key. */
export async function unwrapEphemeral(wrapped: Buffer, code: string): Promise<Buffer> {
  const key = await stretch(code, wrapped.subarray(0, SALT), ITERATIONS, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-ctr', key, wrapped.subarray(SALT, SALT + BLOCK_IV));
  return Buffer.concat([decipher.update(wrapped.subarray(SALT + BLOCK_IV)), decipher.final()]);
}

export async function wrapEphemeral(publicKey: Buffer, code: string): Promise<Buffer> {
  const salt = randomBytes(SALT);
  const iv = randomBytes(BLOCK_IV);
  const key = await stretch(code, salt, ITERATIONS, 32, 'sha256');
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  return Buffer.concat([salt, iv, cipher.update(publicKey), cipher.final()]);
}

/**
 * Opens the companion's bundle (its identity, the phone's identity, a random number) and derives the shared secret.
 * @returns undefined when the bundle was not made with the same code
 */
export function openBundle(
  bundle: Buffer,
  phone: { ephemeral: KeyPair; identity: KeyPair },
  companionEphemeral: Buffer,
): { companionIdentity: Buffer; advSecret: Buffer } | undefined {
  const shared = sharedSecret(phone.ephemeral.private, companionEphemeral);
  const opened = unseal(bundle, shared);
  if (!opened || opened.length !== 96) return undefined;
  const companionIdentity = opened.subarray(0, 32);
  if (!opened.subarray(32, 64).equals(phone.identity.public)) return undefined;
  const identityShared = sharedSecret(phone.identity.private, companionIdentity);
  const secret = Buffer.concat([shared, identityShared, opened.subarray(64)]);
  return { companionIdentity, advSecret: Buffer.from(hkdfSync('sha256', secret, NOTHING, 'adv_secret', 32)) };
}

function unseal(bundle: Buffer, shared: Buffer): Buffer | undefined {
  if (bundle.length <= SALT + SEAL_IV + SEAL_TAG) return undefined;
  const info = 'link_code_pairing_key_bundle_encryption_key';
  const key = Buffer.from(hkdfSync('sha256', shared, bundle.subarray(0, SALT), info, 32));
  const decipher = createDecipheriv('aes-256-gcm', key, bundle.subarray(SALT, SALT + SEAL_IV));
  decipher.setAuthTag(bundle.subarray(-SEAL_TAG));
  try {
    return Buffer.concat([decipher.update(bundle.subarray(SALT + SEAL_IV, -SEAL_TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}
