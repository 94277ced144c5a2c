import { randomBytes } from 'node:crypto';

/** How many ids one millisecond has room for in the 12 bits after the version. */
const IDS_PER_MS = 4_096;

let latestMs = 0;
let latestNumber = 0;

/**
 * A time-ordered UUID (version 7), so that primary keys grow at the right edge of their index. Those that a process makes in one
 * millisecond are in the order in which it made them.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  if (nowMs !== latestMs) {
    latestMs = nowMs;
    // Half of the room stays free above.
    latestNumber = bytes.readUInt16BE(6) % (IDS_PER_MS / 2);
  } else if (latestNumber < IDS_PER_MS - 1) {
    latestNumber++;
  }
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | latestNumber, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Sorts, as text, before each UUID (version 7) of that millisecond and later, and after all earlier ones. */
export function uuidv7Bound(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** A WhatsApp message key id as WhatsApp Web makes them: `3EB0` and 16 upper-case hex digits. */
export function newWaKeyId(): string {
  return `3EB0${randomBytes(8).toString('hex').toUpperCase()}`;
}

const MESSAGE_ID_PREFIX = 'wa_backend:';

/** The message id that integrators see: `wa_backend:` and the WhatsApp key id. */
export function publicMessageId(waKeyId: string): string {
  return `${MESSAGE_ID_PREFIX}${waKeyId}`;
}

/** A secret for URLs and bearer tokens: 32 random bytes in base64url (43 characters). */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}
