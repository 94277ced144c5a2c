import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HealthController } from '@waypost/platform';
import { ConsoleConfig } from '../console.config.js';
import { Access } from './access.decorator.js';
import { AccessGuard } from './access.guard.js';
import type { CallerDirectory } from './caller-directory.js';

class Routes {
  undeclared() {}
  @Access('public') open() {}
}

const nobody = { findByApiToken: async () => undefined, findBySession: async () => undefined };
const guard = new AccessGuard(new Reflector(), nobody as unknown as CallerDirectory, new ConsoleConfig());

function request(controller: new (...args: never[]) => object, handler: () => unknown): ExecutionContext {
  return { getClass: () => controller, getHandler: () => handler } as unknown as ExecutionContext;
}

describe('the guard of the API', () => {
  it('lets nobody through to a route that declares no access', async () => {
    const attempt = guard.canActivate(request(Routes, Routes.prototype.undeclared));
    await expect(attempt).rejects.toThrow('undeclared of Routes declares no access');
  });

  it('lets everybody through to a public route, and to the health of the service', async () => {
    expect(await guard.canActivate(request(Routes, Routes.prototype.open))).toBe(true);
    expect(await guard.canActivate(request(HealthController, HealthController.prototype.live))).toBe(true);
  });
});
