import { Agent, request } from 'undici';
import { AddressGuard } from './address-guard.js';
import { getThrough, type GetAnswer, type GetOptions } from './get.js';
import { guardedConnector } from './guarded-connector.js';
import type { HttpError } from './http-error.js';
import { NameResolver, type Resolve } from './name-resolver.js';
import { readUpTo } from './read-body.js';
import { vetUrl } from './vet-url.js';
import { withinDeadline } from './within-deadline.js';

/** The server answered, whatever its status; a redirect is an answer like any other and is not followed. */
export interface HttpAnswer {
  kind: 'answer';
  status: number;
  /** Names in lower case; a header that came several times is a list. */
  headers: Record<string, string | string[] | undefined>;
  /** As UTF-8, not decompressed, at most `maxAnswerBytes` of it. */
  body: string;
  /** True when there was more; the connection was cut instead of reading it. */
  truncated: boolean;
  durationMs: number;
}

export type HttpResult = HttpAnswer | HttpError;
export type GetResult = (GetAnswer & { durationMs: number }) | HttpError;

/** An answer that has come up to the limit and does not end is as good as one that goes on. */
const END_WITHIN_MS = 1_000;

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  /** From the call to the last byte of the answer, in milliseconds. */
  totalMs: number;
  /** How much of the answer's body is read. */
  maxAnswerBytes: number;
}

export interface SafeHttpClientOptions {
  /** CIDR ranges that may be connected to although they are not public. */
  allowedNetworks?: readonly string[];
  /** Until a connection stands, name look-up and TLS included, in milliseconds. */
  connectMs: number;
  /** Most connections to one origin; further requests wait, within their own deadline. Default 64. */
  connectionsPerOrigin?: number;
  /** How names become addresses. Default: by the name servers of the system. */
  resolve?: Resolve;
}

const MAX_HEADER_BYTES = 16 * 1024;
const IDLE_MS = 4_000;

/** Requests to URLs that customers chose: guarded addresses, http and https only, deadlines, and a cap on what is read. */
export class SafeHttpClient {
  private readonly agent: Agent;

  /** @throws when an allowed network is no CIDR range */
  constructor(options: SafeHttpClientOptions) {
    this.agent = new Agent({
      connect: guardedConnector(
        new AddressGuard(options.allowedNetworks),
        options.connectMs,
        options.resolve ?? new NameResolver().resolve,
      ),
      connections: options.connectionsPerOrigin ?? 64,
      allowH2: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Whatever a server asks for: idle connections to many hosts add up.
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      // One deadline over the whole request takes the place of those by phase, which a drip of bytes would reset.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Never throws because of the URL, the network or the server. */
  post(url: string, options: PostOptions): Promise<HttpResult> {
    return withinDeadline(options.totalMs, async (signal) => {
      const response = await request(vetUrl(url), {
        dispatcher: this.agent,
        method: 'POST',
        headers: options.headers,
        body: options.body,
        signal,
      });
      const { body, truncated } = await readUpTo(
        response.body as AsyncIterable<Uint8Array>,
        options.maxAnswerBytes,
        END_WITHIN_MS,
      );
      return {
        kind: 'answer',
        status: response.statusCode,
        headers: response.headers,
        // `stream` leaves out a character that the cap cut in two.
        body: new TextDecoder('utf-8').decode(body, { stream: truncated }),
        truncated,
      };
    });
  }

  /** Fetches what is behind a URL, following redirects. Never throws because of the URL, the network or the server. */
  get(url: string, options: GetOptions): Promise<GetResult> {
    return withinDeadline(options.totalMs, (signal) => getThrough(this.agent, url, options, signal));
  }

  /** Ends all connections, requests in flight included; those end as `reset`. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}
