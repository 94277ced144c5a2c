import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import { callerOf, type Caller } from '../access/caller.js';
import { isSafe } from '../access/is-safe.js';
import type { Action } from './action.js';
import { recordedFields } from './recorded.decorator.js';
import { UNRECORDED } from './unrecorded.decorator.js';
import { Writes } from './writes.js';

/**
 * Gives every request that changes something an action for the audit log, which the request's transaction writes. One that made no
 * transaction, because all it does is done elsewhere, gets its entry when it succeeded.
 */
@Injectable()
export class RecordActions implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly writes: Writes,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = callerOf(request);
    const unrecorded = this.reflector.get<boolean | undefined>(UNRECORDED, context.getHandler());
    if (!caller || isSafe(request.method) || unrecorded) return next.handle();
    const action = toAction(context, request, caller);
    caller.action = action;
    return next.handle().pipe(
      concatMap(async (result: unknown) => {
        if (!action.recorded) await this.writes.byMember(caller, async () => undefined);
        return result;
      }),
    );
  }
}

function toAction(context: ExecutionContext, request: FastifyRequest, caller: Caller): Action {
  const [controller, handler] = [context.getClass(), context.getHandler()];
  const { summary } = Reflect.getMetadata('swagger/apiOperation', handler) as { summary: string };
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype, handler.name) ??
    []) as unknown[];
  const named = Object.values((request.params ?? {}) as Record<string, string>);
  return {
    name: `${controller.name.replace('Controller', '')}_${handler.name}`,
    summary,
    subject: named.join(', ').slice(0, 200) || null,
    details: recordedFields(types, request.body),
    address: request.ip,
    via: caller.sessionHash ? 'session' : 'token',
    recorded: false,
  };
}
