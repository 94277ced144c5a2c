import { startService } from '@waypost/platform';
import { natsUrl } from '@waypost/testkit';
import { EgressConfig } from '../egress.config.js';
import { EgressModule } from '../egress.module.js';
import { ENCRYPTION_KEYS } from './test-workspace.js';

export type RunningEgress = Awaited<ReturnType<typeof startEgress>>;

/** The whole app in this process, with short back-off and loopback allowed. */
export async function startEgress(databaseUrl: string, change: Partial<EgressConfig> = {}) {
  const config = Object.assign(new EgressConfig(), {
    port: 0,
    logLevel: 'silent',
    podName: 'test',
    databaseUrl,
    natsUrl: natsUrl(),
    consolePublicUrl: 'https://console.example',
    encryptionKeys: ENCRYPTION_KEYS,
    outboundAllowedNetworks: ['127.0.0.0/8'],
    outboundTimeoutMs: 10_000,
    outboundBackoffMs: [50, 100],
    ...change,
  });
  return startService(
    {
      name: 'egress',
      config: EgressConfig,
      module: (given) => EgressModule.with(given),
      listensToNats: true,
    },
    config,
  );
}
