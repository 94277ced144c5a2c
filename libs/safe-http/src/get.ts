import { request, type Agent, type Dispatcher } from 'undici';
import { RequestFailure } from './http-error.js';
import { readWhole, tooLarge } from './read-body.js';
import { vetUrl } from './vet-url.js';

export interface GetOptions {
  /** Most bytes of the body, as it comes and decoded; more is the error `too_large`, and the connection is cut there. */
  maxBytes: number;
  /** From the call to the last byte, all redirects included, in milliseconds. */
  totalMs: number;
  /** How many redirects are followed; one more is the error `redirects`. */
  maxRedirects: number;
  /** Sent to every host that a redirect leads to: nothing secret. */
  headers?: Record<string, string>;
}

/** The server answered, after redirects if there were some. */
export interface GetAnswer {
  kind: 'answer';
  status: number;
  /** Names in lower case; a header that came several times is a list. */
  headers: Record<string, string | string[] | undefined>;
  /** Whole and decoded; empty unless the status is 2xx. */
  body: Buffer;
  /** Where the answer came from in the end. */
  url: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/** Every hop is vetted like the first: its URL here, its address when it is connected. */
export async function getThrough(
  agent: Agent,
  first: string,
  options: GetOptions,
  signal: AbortSignal,
): Promise<GetAnswer> {
  let url = vetUrl(first);
  for (let hops = 0; ; hops++) {
    const response = await request(url, {
      dispatcher: agent,
      headers: { ...options.headers, 'accept-encoding': 'identity' },
      signal,
    });
    const location = one(response.headers['location']);
    if (!REDIRECTS.includes(response.statusCode) || location === undefined) {
      const { statusCode: status, headers } = response;
      return { kind: 'answer', status, headers, body: await read(response, options.maxBytes), url: url.href };
    }
    discard(response.body);
    if (hops === options.maxRedirects) {
      throw new RequestFailure('redirects', `more than ${options.maxRedirects} redirects`);
    }
    url = vetUrl(location, url.href);
  }
}

async function read(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const { statusCode, headers, body } = response;
  if (statusCode < 200 || statusCode > 299) {
    discard(body);
    return Buffer.alloc(0);
  }
  // What a server says of the length is believed only when it is over the limit.
  if (Number(one(headers['content-length'])) > maxBytes) {
    discard(body);
    throw tooLarge(maxBytes);
  }
  const encodings = headers['content-encoding'];
  return readWhole(body, Array.isArray(encodings) ? encodings.join(', ') : encodings, maxBytes);
}

/** Nobody wants the rest: the connection is cut rather than read to an end that may not come. */
function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined).destroy();
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
