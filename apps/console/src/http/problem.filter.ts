import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemBody, type ProblemError } from './problem.js';
import { toProblem } from './to-problem.js';

/** Answers every failure as `application/problem+json`; only what is our fault is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('request');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = toProblem(error, request);
    // The stack only: a failed query also carries its parameters, which may be secrets.
    if (problem.code === 'internal') {
      this.logger.error(error instanceof Error ? error.stack : `threw ${typeof error}`);
    }
    if (problem.code === 'unavailable') this.logger.warn(`unavailable: ${(error as Error).message}`);
    sendProblem(http.getResponse<FastifyReply>(), problem);
  }
}

/** What sending needs of a reply of Fastify, over whichever server. */
interface Reply {
  request: { headers: { authorization?: string } };
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  type(type: string): unknown;
  /** Its type depends on the route's schema; a string fits all. */
  send(body: never): unknown;
}

export function sendProblem(reply: Reply, problem: ProblemError): void {
  if (problem.status === 401) {
    const wrongToken = problem.code === 'unauthenticated' && reply.request.headers.authorization;
    reply.header('WWW-Authenticate', `Bearer realm="waypost"${wrongToken ? ', error="invalid_token"' : ''}`);
  }
  if (problem.retryAfterSeconds !== undefined) {
    reply.header('Retry-After', String(problem.retryAfterSeconds));
  }
  reply.status(problem.status);
  reply.header('Cache-Control', 'no-store');
  reply.type('application/problem+json');
  reply.send(JSON.stringify(problemBody(problem)) as never);
}
