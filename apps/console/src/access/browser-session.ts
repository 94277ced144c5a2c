import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../console.config.js';
import { ProblemError } from '../http/problem.js';
import { requestSite } from './request-site.js';
import { sessionCookie } from './session-cookie.js';

/** What public routes that deal with sessions and passwords ask of a browser, and give it. */
@Injectable()
export class BrowserSession {
  constructor(private readonly config: ConsoleConfig) {}

  /** @throws ProblemError `cross-site` when another site's page sent the request */
  requireOwnPage(request: FastifyRequest): void {
    if (requestSite(request.headers, this.config.consolePublicUrl) !== 'other') return;
    throw new ProblemError('cross-site', 'Do this on the pages of the console itself.');
  }

  /** An empty token ends it. */
  give(reply: FastifyReply, token: string): void {
    const secure = this.config.consolePublicUrl.startsWith('https:');
    void reply.header('Set-Cookie', sessionCookie(token, secure));
  }
}
