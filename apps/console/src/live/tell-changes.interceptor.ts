import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { CHANGE_TOPICS } from '@waypost/contracts';
import { WorkspaceChanges } from '@waypost/messaging';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { callerOf } from '../access/caller.js';

/** What a member changes, others who look at it see at once. The topics are called like the routes. */
@Injectable()
export class TellChanges implements NestInterceptor {
  constructor(private readonly changes: WorkspaceChanges) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = callerOf(request);
    const topic = CHANGE_TOPICS.find((name) => request.url.startsWith(`/api/v1/${name}`));
    if (request.method === 'GET' || !caller || !topic) return next.handle();
    return next.handle().pipe(tap(() => this.changes.tell(caller.workspaceId, topic)));
  }
}
