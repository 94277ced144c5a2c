/** An endpoint cannot ask to be left alone for longer than this. */
const LONGEST_MS = 24 * 60 * 60_000;

/** The `Retry-After` header, seconds or an HTTP date, as milliseconds from `now`; 0 when absent, past or unreadable. */
export function retryAfterMs(header: string | string[] | undefined, now: Date): number {
  if (typeof header !== 'string') return 0;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_MS);
}
