import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerToFailure } from './accepting/answer.js';

const BODY_LIMIT_BYTES = 512 * 1024;
/** application/json and types that are JSON underneath, with or without parameters. */
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** How Fastify is set up for the webhook. */
export const httpOptions = {
  bodyLimit: BODY_LIMIT_BYTES,
  // Whatever is too long to be a token is looked up like one, and not found.
  routerOptions: { maxParamLength: 16_384 },
  // A path that cannot be decoded holds no token either.
  frameworkErrors: (_error: unknown, _request: unknown, reply: RawReply) => {
    const { status, body } = answerToFailure(404);
    reply.hijack();
    reply.raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    reply.raw.end(JSON.stringify(body));
  },
};

interface RawReply {
  hijack(): unknown;
  raw: { writeHead(status: number, headers: Record<string, string>): unknown; end(body: string): unknown };
}

/** JSON bodies reach the handler as the bytes that came, so that its errors can say where; all other types are refused (415). */
export function prepareHttp(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().removeAllContentTypeParsers();
  app.useBodyParser(JSON_TYPE as unknown as string, { bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  // In place of the framework's own parser for forms.
  app.useBodyParser('*', {}, (_request, _body, done) => done(new UnsupportedMediaTypeException()));
}
