import { runService } from '@waypost/platform';
import { EgressConfig } from './egress.config.js';
import { EgressModule } from './egress.module.js';

await runService({
  name: 'egress',
  config: EgressConfig,
  module: (config) => EgressModule.with(config),
  listensToNats: true,
});
