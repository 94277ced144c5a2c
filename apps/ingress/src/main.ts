import { runService } from '@waypost/platform';
import { prepareHttp, httpOptions } from './http.js';
import { IngressConfig } from './ingress.config.js';
import { IngressModule } from './ingress.module.js';

await runService({
  name: 'ingress',
  config: IngressConfig,
  module: (config) => IngressModule.with(config),
  http: httpOptions,
  prepare: prepareHttp,
});
