import { timingSafeEqual } from 'node:crypto';
import { node, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import type { IqHandler } from '../stanzas/iq.js';
import { toBuffer, type Store } from '../storage/store.js';
import { openMedia, sha256 } from './media-cipher.js';
import type { MediaReference } from './media-message.js';

export const MAX_MEDIA_BYTES = 16 * 1024 * 1024;
const BLOBS_KEPT = 500;
const AUTH = 'sandbox';

/** A file as a person sees it. */
export interface ShownMedia {
  kind: string;
  fileName?: string;
  mimeType: string;
  /** Bytes; with `sha256` (hex) absent when the phone could not get the file. */
  size?: number;
  sha256?: string;
  /** Why the phone could not get the file. */
  error?: string;
}

/** WhatsApp's media server: encrypted files by the hash of what lies here. */
export class MediaServer {
  constructor(private readonly store: Store) {}

  /** Tells devices where to upload: at the very host and port through which they are connected. */
  readonly answer: IqHandler = ({ sender }): Node[] => [
    node('media_conn', { auth: AUTH, ttl: '3600', auth_ttl: '3600' }, [
      node('host', { hostname: sender.connection.host, maxContentLengthBytes: String(MAX_MEDIA_BYTES) }),
    ]),
  ];

  /** @param name base64url of the blob's SHA-256 */
  upload(name: string, auth: string, blob: Buffer): Promise<void> {
    if (auth !== AUTH || !Buffer.isBuffer(blob))
      throw new Refusal(
        'unprocessable',
        'Post the file as application/octet-stream, with the auth of the media_conn answer.',
      );
    const given = Buffer.from(name, 'base64url');
    const hash = sha256(blob);
    if (given.length !== hash.length || !timingSafeEqual(given, hash)) {
      throw new Refusal('unprocessable', 'The name must be the SHA-256 of the body, in base64url.');
    }
    return this.store.unit(() => this.put(hash, blob));
  }

  /** Call within a unit. */
  put(hash: Uint8Array, blob: Buffer): void {
    const { id } = this.store.run(
      'INSERT INTO blob (name, content) VALUES (?, ?) ON CONFLICT DO NOTHING',
      nameOf(hash),
      blob,
    );
    this.store.run('DELETE FROM blob WHERE seq <= ?', id - BLOBS_KEPT);
  }

  download(name: string): Promise<Buffer> {
    return this.store.unit(() => {
      const blob = this.find(name);
      if (!blob) throw new Refusal('not_found', 'There is no such file, or it was removed.');
      return blob;
    });
  }

  /** What a phone shows that gets this message: it downloads, checks and decrypts the file. Call within a unit. */
  show({ kind, fileName, mimeType, ...reference }: MediaReference): ShownMedia {
    const shown = { kind, ...(fileName === undefined ? {} : { fileName }), mimeType };
    const blob = this.find(nameOf(reference.fileEncSha256));
    if (!blob) return { ...shown, error: 'the file is not on the media server' };
    try {
      const content = openMedia(blob, reference.mediaKey, kind);
      const hash = sha256(content);
      if (!hash.equals(reference.fileSha256))
        return { ...shown, error: 'its SHA-256 is not the one announced' };
      return { ...shown, size: content.length, sha256: hash.toString('hex') };
    } catch (error) {
      return { ...shown, error: (error as Error).message };
    }
  }

  private find(name: string): Buffer | undefined {
    const row = this.store.find<{ content: Uint8Array }>('SELECT content FROM blob WHERE name = ?', name);
    return row && toBuffer(row.content);
  }
}

/** As it stands in URLs. */
export function nameOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64url');
}
