import { proto } from '@whiskeysockets/baileys';
import type { MediaKind, SealedMedia } from './media-cipher.js';

/** What a message says about the file that it brings. */
export interface MediaReference {
  kind: MediaKind;
  fileName?: string;
  mimeType: string;
  mediaKey: Uint8Array;
  fileSha256: Uint8Array;
  fileEncSha256: Uint8Array;
}

/** The file of an unwrapped message, if it has one. */
export function mediaReference(content: proto.IMessage): MediaReference | undefined {
  return (
    reference('image', content.imageMessage) ??
    reference('image', content.stickerMessage) ??
    reference('video', content.videoMessage) ??
    reference('audio', content.audioMessage) ??
    reference('document', content.documentMessage)
  );
}

interface WithFile {
  fileName?: string | null;
  mimetype?: string | null;
  mediaKey?: Uint8Array | null;
  fileSha256?: Uint8Array | null;
  fileEncSha256?: Uint8Array | null;
}

function reference(kind: MediaKind, message: WithFile | null | undefined): MediaReference | undefined {
  if (!message) return undefined;
  return {
    kind,
    fileName: message.fileName ?? undefined,
    mimeType: message.mimetype ?? '',
    mediaKey: message.mediaKey ?? new Uint8Array(),
    fileSha256: message.fileSha256 ?? new Uint8Array(),
    fileEncSha256: message.fileEncSha256 ?? new Uint8Array(),
  };
}

/** A message with a file, encoded but not padded. `url`: where its blob is. */
export function mediaBody(
  file: { kind: MediaKind; fileName?: string; mimeType: string; size: number },
  sealed: SealedMedia,
  url: string,
  caption: string,
): Buffer {
  const fields = {
    // Without a directPath Baileys takes the URL as it is, so that a server on loopback can be asked.
    url,
    mimetype: file.mimeType,
    mediaKey: sealed.mediaKey,
    fileSha256: sealed.fileSha256,
    fileEncSha256: sealed.fileEncSha256,
    fileLength: file.size,
    ...(file.kind === 'document' ? { fileName: file.fileName ?? 'file' } : {}),
    ...(file.kind === 'audio' || caption === '' ? {} : { caption }),
  };
  return Buffer.from(
    proto.Message.encode(proto.Message.fromObject({ [`${file.kind}Message`]: fields })).finish(),
  );
}
