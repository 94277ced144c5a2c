import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { ProblemError } from './problem.js';
import { notJson } from './to-problem.js';

/**
 * Lets only JSON in. Forms and plain text, which other sites' pages can post without asking, never reach a handler. An empty body is no
 * body, whatever type it claims.
 */
export function acceptJsonOnly(app: NestFastifyApplication, bodyLimit: number): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addHook('onRequest', refuseOtherTypes);
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    if (!isUtf8(body)) return done(new ProblemError('invalid-request', 'The body is not valid UTF-8.'));
    const text = body.toString();
    void parse(request as FastifyRequest, text, (error, value) => {
      done(error ? new ProblemError('invalid-request', whyNotJson(text)) : null, value);
    });
  });
}

function refuseOtherTypes(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  const { headers } = request;
  if (headers['content-length'] === '0') delete headers['content-type'];
  const type = headers['content-type'];
  done(type === undefined || /^application\/json\s*(;|$)/i.test(type) ? undefined : notJson());
}

function whyNotJson(text: string): string {
  try {
    JSON.parse(text);
    return 'The body must not have fields called __proto__ or constructor.prototype.';
  } catch (error) {
    return `The body is not valid JSON: ${(error as Error).message}.`;
  }
}
