import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export const MEDIA_KINDS = ['image', 'video', 'audio', 'document'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

const KEY_INFO: Record<MediaKind, string> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
};
const MAC_BYTES = 10;

/** A file as it lies on the media server, and what opens it. */
export interface SealedMedia {
  blob: Buffer;
  mediaKey: Buffer;
  /** Of the file itself. */
  fileSha256: Buffer;
  /** Of the blob: its name on the server. */
  fileEncSha256: Buffer;
}

/** Encrypts a file as a phone does before it uploads it. */
export function sealMedia(content: Buffer, kind: MediaKind): SealedMedia {
  const mediaKey = randomBytes(32);
  const { iv, cipherKey, macKey } = expand(mediaKey, kind);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  const blob = Buffer.concat([encrypted, macOf(iv, encrypted, macKey)]);
  return { blob, mediaKey, fileSha256: sha256(content), fileEncSha256: sha256(blob) };
}

/** Decrypts a blob as a phone does after it downloaded it. @throws when it is not what the key was made for */
export function openMedia(blob: Buffer, mediaKey: Uint8Array, kind: MediaKind): Buffer {
  const { iv, cipherKey, macKey } = expand(mediaKey, kind);
  const encrypted = blob.subarray(0, -MAC_BYTES);
  if (!macOf(iv, encrypted, macKey).equals(blob.subarray(-MAC_BYTES))) throw new Error('its MAC is wrong');
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

export function sha256(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

function expand(mediaKey: Uint8Array, kind: MediaKind) {
  const expanded = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), KEY_INFO[kind], 112));
  return {
    iv: expanded.subarray(0, 16),
    cipherKey: expanded.subarray(16, 48),
    macKey: expanded.subarray(48, 80),
  };
}

function macOf(iv: Buffer, encrypted: Buffer, macKey: Buffer): Buffer {
  return createHmac('sha256', macKey).update(iv).update(encrypted).digest().subarray(0, MAC_BYTES);
}
