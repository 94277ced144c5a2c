import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { MemberRole } from '@waypost/persistence';
import type { FastifyRequest } from 'fastify';
import type { Action } from '../writing/action.js';

/** Whoever makes a request: every query of the request is scoped to `workspaceId`. */
export interface Caller {
  memberId: string;
  workspaceId: string;
  role: MemberRole;
  fullName: string;
  email: string;
  /** Hash of the session token when the caller came with a cookie. */
  sessionHash?: Buffer;
  /** What the request does, when the audit log tells it. */
  action?: Action;
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Undefined on public routes. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** The caller of this request; only on routes that are not public. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (!caller) throw new Error('a public route has no caller');
  return caller;
});
