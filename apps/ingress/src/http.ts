import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { answerToFailure } from './accepting/answer.js';
import type { IngressConfig } from './ingress.config.js';

const BODY_LIMIT_BYTES = 512 * 1024;
/** A client that takes longer to send its request is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;

/** How Fastify is set up for the webhook. */
export function httpOptions({ trustProxy }: IngressConfig) {
  return {
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: trustProxy.length > 0 ? trustProxy : false,
    // Whatever is too long to be a token is looked up like one, and not found.
    routerOptions: { maxParamLength: 16_384 },
    // A path that cannot be decoded holds no token either.
    frameworkErrors: (_error: unknown, _request: unknown, reply: RawReply) => {
      const { status, body } = answerToFailure(404);
      reply.hijack();
      reply.raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      reply.raw.end(JSON.stringify(body));
    },
    clientErrorHandler: answerToBrokenRequest,
  };
}

const STATUS_OF_BROKEN: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What is no HTTP request, or does not end in time, gets the envelope, too, and the end of its connection. */
function answerToBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, body } = answerToFailure(STATUS_OF_BROKEN[error.code ?? ''] ?? 400);
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      'connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}

interface RawReply {
  hijack(): unknown;
  raw: { writeHead(status: number, headers: Record<string, string>): unknown; end(body: string): unknown };
}

/** What is kept of a request beside what Fastify has. */
interface PreparedRequest {
  headers: Record<string, string | undefined>;
  contentType?: string;
  bodyTooLarge: boolean;
  arrivedAt: number;
}

/** The body reaches the handler as the bytes that came, whatever their type: the log of attempts shows wrong ones, too. */
export function prepareHttp(app: NestFastifyApplication): void {
  // In place of all parsers of the framework.
  app.useBodyParser('*', {}, (_request, body, done) => done(null, body));
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (request: unknown, payload: Readable, done: Done) =>
    readBody(request as PreparedRequest, payload, done),
  );
  server.decorateRequest('contentType', undefined);
  server.decorateRequest('bodyTooLarge', false);
  server.decorateRequest('arrivedAt', 0);
  server.addHook('onRequest', (raw, _reply, done) => {
    const request = raw as unknown as PreparedRequest;
    request.arrivedAt = performance.now();
    // The framework would answer by itself to a type that is none.
    request.contentType = request.headers['content-type'];
    request.headers['content-type'] = 'application/octet-stream';
    done();
  });
}

type Done = (error: Error | null, body?: Buffer) => void;

/** Reads up to the limit. What is beyond is not kept, and the answer ends the connection. */
function readBody(request: PreparedRequest, payload: Readable, done: Done): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const finish = (error: Error | null, body?: Buffer) => {
    payload.off('data', onData).off('end', onEnd).off('error', onError);
    done(error, body);
  };
  const tooLarge = () => {
    request.bodyTooLarge = true;
    finish(null);
    payload.on('error', () => undefined).resume();
  };
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) tooLarge();
    else chunks.push(chunk);
  };
  const onEnd = () => finish(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  const onError = (error: Error) => finish(Object.assign(error, { statusCode: 400 }));
  if (Number(request.headers['content-length']) > BODY_LIMIT_BYTES) tooLarge();
  else payload.on('data', onData).on('end', onEnd).on('error', onError);
}
