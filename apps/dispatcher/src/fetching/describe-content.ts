import { isUtf8 } from 'node:buffer';
import type { FileKind } from '@waypost/contracts';
import { fileTypeFromBuffer } from 'file-type';
import { lookup } from 'mime-types';
import { isWebPage } from './is-web-page.js';

export interface ContentDescription {
  /** As what WhatsApp shows it. */
  kind: FileKind;
  mimeType: string;
  isWebPage: boolean;
}

/** What WhatsApp shows natively, by the type that the content reveals, and under which type it is sent. The rest is a document. */
const NATIVE: Record<string, { kind: FileKind; mimeType: string }> = {
  'image/jpeg': { kind: 'image', mimeType: 'image/jpeg' },
  'image/png': { kind: 'image', mimeType: 'image/png' },
  'image/apng': { kind: 'image', mimeType: 'image/png' },
  'image/webp': { kind: 'image', mimeType: 'image/webp' },
  'video/mp4': { kind: 'video', mimeType: 'video/mp4' },
  'video/3gpp': { kind: 'video', mimeType: 'video/3gpp' },
  'audio/mpeg': { kind: 'audio', mimeType: 'audio/mpeg' },
  'audio/aac': { kind: 'audio', mimeType: 'audio/aac' },
  'audio/amr': { kind: 'audio', mimeType: 'audio/amr' },
  'audio/mp4': { kind: 'audio', mimeType: 'audio/mp4' },
  'audio/x-m4a': { kind: 'audio', mimeType: 'audio/mp4' },
  // Of Ogg, WhatsApp plays Opus only.
  'audio/ogg; codecs=opus': { kind: 'audio', mimeType: 'audio/ogg; codecs=opus' },
};

/** Formats around others: the name knows more. */
const WRAPPERS = ['application/x-cfb', 'application/xml', 'application/zip', 'application/ogg'];
/** Streams of frames that may begin anywhere, so that the first bytes may not reveal them. */
const AUDIO_WITHOUT_HEAD: Record<string, string> = {
  'audio/mpeg': 'audio/mpeg',
  'audio/aac': 'audio/aac',
  'audio/x-aac': 'audio/aac',
};

/** Finds out what a file is: by its bytes, and by its name where those do not tell. What its server says is believed of web pages only. */
export async function describeContent(
  content: Buffer,
  name: string,
  contentType: string | undefined,
): Promise<ContentDescription> {
  const found = (await fileTypeFromBuffer(content))?.mime as string | undefined;
  if (found && !WRAPPERS.includes(found)) {
    return { isWebPage: false, ...(NATIVE[found] ?? { kind: 'document', mimeType: found }) };
  }
  if ((!found || found === 'application/xml') && isWebPage(content, contentType)) {
    return { isWebPage: true, kind: 'document', mimeType: 'text/html' };
  }
  const named = lookup(name) || undefined;
  const isText = found === undefined && isUtf8(content) && !content.includes(0);
  const audio = found || isText ? undefined : AUDIO_WITHOUT_HEAD[named ?? ''];
  if (audio) return { isWebPage: false, kind: 'audio', mimeType: audio };
  const mimeType = named ?? found ?? (isText ? 'text/plain' : 'application/octet-stream');
  return { isWebPage: false, kind: 'document', mimeType };
}
