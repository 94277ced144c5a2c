/** An endpoint cannot ask to be left alone for longer than this. */
const LONGEST_MS = 24 * 60 * 60_000;

const SECONDS = /^\d+$/;
/** RFC 9110, 5.6.7: the form to use, and the two that are obsolete. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** The `Retry-After` header, seconds or an HTTP date, as milliseconds from `now`; 0 when absent, past or anything else. */
export function retryAfterMs(header: string | string[] | undefined, now: Date): number {
  if (typeof header !== 'string') return 0;
  const text = header.trim();
  const ms = SECONDS.test(text) ? Number(text) * 1_000 : dateMs(text) - now.getTime();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_MS);
}

function dateMs(text: string): number {
  if (!HTTP_DATES.some((form) => form.test(text))) return Number.NaN;
  // The third form does not say that it is GMT.
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
