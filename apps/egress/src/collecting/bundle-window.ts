import { escapeHtml } from './escape-html.js';

/** Most messages in one bundle. */
export const MAX_MESSAGES = 1_000;
/** Most bytes in one bundle, of texts as `textBytes` counts them. */
export const MAX_BYTES = 1024 * 1024;

export interface BundleSize {
  messages: number;
  bytes: number;
}

/** True when a bundle takes no more messages. */
export function isFull({ messages, bytes }: BundleSize): boolean {
  return messages >= MAX_MESSAGES || bytes >= MAX_BYTES;
}

/** True when a text goes into the bundle; an empty bundle takes any. */
export function hasRoomFor(size: BundleSize, bytes: number): boolean {
  if (size.messages === 0) return true;
  return size.messages < MAX_MESSAGES && size.bytes + bytes <= MAX_BYTES;
}

/**
 * Half of what a text takes in the body of its bundle, which has it twice, as it is and as HTML: for plain text its size in UTF-8, and up
 * to six times that where it has to be escaped.
 */
export function textBytes(text: string): number {
  return Math.ceil((jsonBytes(text) + jsonBytes(escapeHtml(text))) / 2);
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
