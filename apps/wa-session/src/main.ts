import { runService } from '@waypost/platform';
import { WaSessionConfig } from './wa-session.config.js';
import { WaSessionModule } from './wa-session.module.js';
import { silenceLibsignal } from './whatsapp/silence-libsignal.js';

silenceLibsignal();
await runService({
  name: 'wa-session',
  config: WaSessionConfig,
  module: (config) => WaSessionModule.with(config),
  listensToNats: true,
});
