import type { ServiceOptions } from '@waypost/platform';
import { SandboxConfig } from './sandbox.config.js';
import { SandboxModule } from './sandbox.module.js';

/** The sandbox as a service: the program runs it, the tests start it in their own process. */
export const sandboxService: ServiceOptions<SandboxConfig> = {
  name: 'sandbox',
  config: SandboxConfig,
  module: (config) => SandboxModule.with(config),
};
