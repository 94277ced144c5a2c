/** Most messages in one bundle. */
export const MAX_MESSAGES = 1_000;
/** Most bytes of texts in one bundle, in UTF-8. */
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
export function hasRoomFor(size: BundleSize, textBytes: number): boolean {
  if (size.messages === 0) return true;
  return size.messages < MAX_MESSAGES && size.bytes + textBytes <= MAX_BYTES;
}
