import type { FastifyReply, FastifyRequest } from 'fastify';
import { notJson } from './to-problem.js';

/**
 * Lets only JSON in (a hook of Fastify, `onRequest`). Forms and plain text, which other sites' pages can post without asking, never
 * reach a handler. An empty body is no body, whatever type it claims.
 */
export function jsonOnly(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const { headers } = request;
  if (headers['content-length'] === '0') delete headers['content-type'];
  const type = headers['content-type'];
  done(type === undefined || /^application\/json\s*(;|$)/i.test(type) ? undefined : notJson());
}
