/** UTC as outbound payloads carry it: `2021-02-24T16:30:29+0000` (no colon in the offset, no fraction). */
export function payloadTimestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}+0000`;
}
