import type { IncomingHttpHeaders } from 'node:http';

/**
 * Where a browser says a request comes from: `same` origin, an `other` one, or `unknown` when nothing tells. Sec-Fetch-Site decides
 * where the browser sends it (https and localhost); elsewhere Origin must be the console's address or the host that was asked.
 */
export function requestSite(headers: IncomingHttpHeaders, consoleUrl: string): 'same' | 'other' | 'unknown' {
  const fetchSite = headers['sec-fetch-site'];
  if (fetchSite !== undefined) return fetchSite === 'same-origin' ? 'same' : 'other';
  const { origin } = headers;
  if (origin === undefined) return 'unknown';
  if (!URL.canParse(origin)) return 'other';
  const url = new URL(origin);
  return url.origin === new URL(consoleUrl).origin || url.host === headers.host ? 'same' : 'other';
}
