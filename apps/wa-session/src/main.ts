import { Logger } from '@nestjs/common';
import { runService } from '@waypost/platform';
import { WaSessionConfig } from './wa-session.config.js';
import { WaSessionModule } from './wa-session.module.js';
import { outliveRejections } from './whatsapp/outlive-rejections.js';
import { silenceLibsignal } from './whatsapp/silence-libsignal.js';

silenceLibsignal();
outliveRejections((error) => new Logger('session').error({ msg: 'promise.rejected', error }));
await runService({
  name: 'wa-session',
  config: WaSessionConfig,
  module: (config) => WaSessionModule.with(config),
  listensToNats: true,
});
