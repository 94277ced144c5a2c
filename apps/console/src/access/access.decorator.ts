import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

/** `owner`: owners only. `member`: owners and teammates. `public`: anybody, signed in or not. */
export type AccessLevel = 'owner' | 'member' | 'public';

export const ACCESS = 'access';

/** Says who may call a route. Every route must; the OpenAPI document shows it as `x-access`. */
export function Access(level: AccessLevel): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ACCESS, level), ApiExtension('x-access', level));
}
