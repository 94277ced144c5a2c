import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';
import { selfSigned } from './self-signed.js';

export interface ReceivedRequest {
  method: string;
  /** With the query string. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  rawBody: Buffer;
  /** The parsed body; undefined when it is no JSON. */
  json: unknown;
  receivedAt: Date;
}

export interface ReceiverAnswer {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: string | Buffer | object;
  /** The answer is held back until it resolves. */
  after?: Promise<unknown>;
  /** Cut the connection instead of answering. */
  disconnect?: boolean;
}

type Answer = ReceiverAnswer | ((request: ReceivedRequest) => ReceiverAnswer | Promise<ReceiverAnswer>);

/** A customer's webhook endpoint: a real HTTP server on loopback that records what arrives and answers as told. */
export class WebhookReceiver {
  /** In order of arrival. */
  readonly requests: ReceivedRequest[] = [];
  private readonly server;
  private readonly scheme: string;
  private readonly queued: Answer[] = [];
  private standing: Answer = {};

  /** @param tls speak TLS, with a certificate that nobody vouches for */
  constructor({ tls = false } = {}) {
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.receive(request, response);
    this.server = tls ? createTlsServer(selfSigned, listener) : createServer(listener);
    this.scheme = tls ? 'https' : 'http';
  }

  /** Without a trailing slash. */
  get url(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Cuts open connections, held-back answers included. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** From now on answer like this. */
  answer(answer: Answer): void {
    this.standing = answer;
  }

  /** Answer the next request like this, once; called again, the one after it. */
  answerNext(answer: Answer): void {
    this.queued.push(answer);
  }

  /** Resolves with all requests when there are at least `count`. */
  async waitForRequests(count: number, withinMs = 5_000): Promise<ReceivedRequest[]> {
    return eventually(
      () => {
        if (this.requests.length < count)
          throw new Error(`${this.requests.length} of ${count} requests arrived`);
        return this.requests;
      },
      { withinMs },
    );
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const received = await record(request);
      this.requests.push(received);
      const chosen = this.queued.shift() ?? this.standing;
      const answer = typeof chosen === 'function' ? await chosen(received) : chosen;
      await answer.after;
      if (answer.disconnect) request.socket.destroy();
      else send(response, answer);
    } catch {
      request.socket.destroy();
    }
  }
}

async function record(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const rawBody = Buffer.concat(chunks);
  const body = rawBody.toString('utf8');
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
    rawBody,
    json: parsed(body),
    receivedAt: new Date(),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: ReceiverAnswer): void {
  const plain = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, plain ? headers : { 'content-type': 'application/json', ...headers });
  response.end(plain ? body : JSON.stringify(body));
}
