import { runService } from '@waypost/platform';
import { DispatcherConfig } from './dispatcher.config.js';
import { DispatcherModule } from './dispatcher.module.js';

await runService({
  name: 'dispatcher',
  config: DispatcherConfig,
  module: (config) => DispatcherModule.with(config),
  listensToNats: true,
});
