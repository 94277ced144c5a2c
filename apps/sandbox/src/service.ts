import type { ServiceOptions } from '@waypost/platform';
import { SandboxConfig } from './sandbox.config.js';
import { MAX_MEDIA_BYTES } from './media/media-server.js';
import { SandboxModule } from './sandbox.module.js';

/** The sandbox as a service: the program runs it, the tests start it in their own process. */
export const sandboxService: ServiceOptions<SandboxConfig> = {
  name: 'sandbox',
  config: SandboxConfig,
  module: (config) => SandboxModule.with(config),
  // A file in base64, and some room.
  http: { bodyLimit: MAX_MEDIA_BYTES + 64 * 1024 },
  prepare: (app) => {
    app.useBodyParser('application/octet-stream', { bodyLimit: MAX_MEDIA_BYTES });
  },
};
