import { Agent, request, type Dispatcher } from 'undici';
import { AddressGuard } from './address-guard.js';
import { ConnectFailure } from './connect-failure.js';
import { guardedConnector, type Resolve } from './guarded-connector.js';

export type HttpErrorClass =
  'invalid_url' | 'address_refused' | 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'protocol';

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

/** No complete answer came. `detail` is a sentence for a person. */
export interface HttpError {
  kind: 'error';
  errorClass: HttpErrorClass;
  detail: string;
  durationMs: number;
}

export type HttpResult = HttpAnswer | HttpError;

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
  /** How names become addresses; the system's way by default. */
  resolve?: Resolve;
}

const MAX_HEADER_BYTES = 16 * 1024;

/** Requests to URLs that customers chose: guarded addresses, http and https only, deadlines, and a cap on what is read. */
export class SafeHttpClient {
  private readonly agent: Agent;

  /** @throws when an allowed network is no CIDR range */
  constructor(options: SafeHttpClientOptions) {
    this.agent = new Agent({
      connect: guardedConnector(
        new AddressGuard(options.allowedNetworks),
        options.connectMs,
        options.resolve,
      ),
      connections: options.connectionsPerOrigin ?? 64,
      allowH2: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      // One deadline over the whole request takes the place of those by phase, which a drip of bytes would reset.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Never throws because of the URL, the network or the server. */
  async post(url: string, options: PostOptions): Promise<HttpResult> {
    const startedAt = performance.now();
    const durationMs = () => Math.round(performance.now() - startedAt);
    const problem = urlProblem(url);
    if (problem)
      return { kind: 'error', errorClass: 'invalid_url', detail: problem, durationMs: durationMs() };

    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new ConnectFailure('timeout', `no complete answer within ${options.totalMs} ms`)),
      options.totalMs,
    );
    try {
      const response = await request(url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: options.headers,
        body: options.body,
        signal: deadline.signal,
      });
      const { body, truncated } = await readCapped(response.body, options.maxAnswerBytes);
      return {
        kind: 'answer',
        status: response.statusCode,
        headers: response.headers,
        body,
        truncated,
        durationMs: durationMs(),
      };
    } catch (error) {
      return { kind: 'error', ...classify(error), durationMs: durationMs() };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all connections, requests in flight included; those end as `reset`. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function urlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'this is not a URL';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'only http and https URLs can be called';
  if (url.username !== '' || url.password !== '') return 'the URL must not carry a user name or password';
  return undefined;
}

async function readCapped(
  stream: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Promise<{ body: string; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) break;
  }
  const decoder = new TextDecoder('utf-8');
  // `stream` leaves out a character that the cap cut in two.
  const body = decoder.decode(Buffer.concat(chunks), { stream: size > maxBytes });
  return { body, truncated: size > maxBytes };
}

function classify(error: unknown): { errorClass: HttpErrorClass; detail: string } {
  if (error instanceof ConnectFailure) return { errorClass: error.errorClass, detail: error.message };
  const { code = '', message } = error as Error & { code?: string };
  const broken = ['UND_ERR_SOCKET', 'UND_ERR_DESTROYED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];
  if (broken.includes(code)) {
    return { errorClass: 'reset', detail: 'the connection broke before the answer was complete' };
  }
  if (error instanceof TypeError || code === 'UND_ERR_INVALID_ARG') throw error;
  return { errorClass: 'protocol', detail: `the answer is not valid HTTP: ${message}` };
}
