import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 2;

/**
 * Encryption at rest: AES-256-GCM. A sealed value is `version(1) keyId(1) nonce(12) tag(16) ciphertext`, bound to a context
 * (say the row's key), so a value copied to another row does not open.
 *
 * Keys come as `id:base64` pairs separated by commas, ids 0–255; the first one seals, all of them open. To rotate, put a new key in
 * front and keep the old one until nothing is sealed with it.
 */
export class SecretBox {
  private readonly keys = new Map<number, Buffer>();
  private readonly currentId: number;

  /** @throws when a key is not 32 bytes or an id is not a number from 0 to 255; the message never holds key material. */
  constructor(encryptionKeys: string) {
    const entries = encryptionKeys.split(',').map((entry) => entry.trim());
    for (const [index, entry] of entries.entries()) {
      const colon = entry.indexOf(':');
      const id = Number(entry.slice(0, colon));
      const key = Buffer.from(entry.slice(colon + 1), 'base64');
      if (colon < 1 || !Number.isInteger(id) || id < 0 || id > 255 || key.length !== 32) {
        throw new Error(
          `entry ${index + 1} must be "id:base64" with an id from 0 to 255 and 32 bytes in base64`,
        );
      }
      this.keys.set(id, key);
    }
    this.currentId = Number(entries[0]!.split(':')[0]);
  }

  seal(plain: Uint8Array | string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys.get(this.currentId)!, nonce);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain as Uint8Array), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION, this.currentId]), nonce, cipher.getAuthTag(), body]);
  }

  /** @throws when the value is damaged, belongs to another context, or was sealed with a key that is not configured. */
  open(sealed: Uint8Array, context: string): Buffer {
    const key = this.keys.get(sealed[1] ?? -1);
    if (sealed[0] !== VERSION || !key) {
      throw new Error(`cannot open a sealed value: key ${sealed[1]} is not in ENCRYPTION_KEYS`);
    }
    const nonceEnd = HEADER_BYTES + NONCE_BYTES;
    const tagEnd = nonceEnd + TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(HEADER_BYTES, nonceEnd));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(nonceEnd, tagEnd));
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  }
}
