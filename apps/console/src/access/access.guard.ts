import { Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HealthController, MetricsController } from '@waypost/platform';
import type { FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../console.config.js';
import { ProblemError } from '../http/problem.js';
import { ACCESS, type AccessLevel } from './access.decorator.js';
import { CallerDirectory } from './caller-directory.js';
import { setCaller, type Caller } from './caller.js';
import { isSafe } from './is-safe.js';
import { requestSite } from './request-site.js';
import { readSessionCookie } from './session-cookie.js';

/** What the platform serves for whoever runs the service; not part of the API. */
const OPERATIONAL = new Set<Type>([HealthController, MetricsController]);

/** The one gate of the API: every route passes it, and one that declares no access is closed to everybody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: CallerDirectory,
    private readonly config: ConsoleConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    if (OPERATIONAL.has(context.getClass())) return true;
    const level = this.reflector.getAllAndOverride<AccessLevel | undefined>(ACCESS, route);
    if (!level) throw new Error(`${route.map(({ name }) => name).join(' of ')} declares no access`);
    if (level === 'public') return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.identify(request);
    if (level === 'owner' && caller.role !== 'owner') {
      throw new ProblemError('owners-only', 'Ask an owner of the workspace to do this.');
    }
    setCaller(request, caller);
    return true;
  }

  private async identify(request: FastifyRequest): Promise<Caller> {
    const { authorization, cookie } = request.headers;
    const caller =
      authorization === undefined
        ? await this.byCookie(request, readSessionCookie(cookie))
        : await this.byToken(authorization);
    if (caller) return caller;
    throw new ProblemError(
      'unauthenticated',
      authorization === undefined
        ? 'Sign in, or send an API token as "Authorization: Bearer …".'
        : 'The API token is unknown or revoked; an owner can create another one.',
    );
  }

  private async byToken(authorization: string): Promise<Caller | undefined> {
    const token = /^Bearer +([\w.~+/=-]{1,200})$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : this.callers.findByApiToken(token);
  }

  /** A browser sends the cookie by itself, so what changes state must come from the console's own pages. */
  private async byCookie(request: FastifyRequest, token: string | undefined): Promise<Caller | undefined> {
    if (!token) return undefined;
    const caller = await this.callers.findBySession(token);
    if (
      caller &&
      !isSafe(request.method) &&
      requestSite(request.headers, this.config.consolePublicUrl) !== 'same'
    ) {
      throw new ProblemError(
        'cross-site',
        'A signed-in browser may change things only from the pages of the console itself.',
      );
    }
    return caller;
  }
}
