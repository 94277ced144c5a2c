import { startService } from '@waypost/platform';
import { natsUrl } from '@waypost/testkit';
import { DispatcherConfig } from '../dispatcher.config.js';
import { DispatcherModule } from '../dispatcher.module.js';

export type RunningDispatcher = Awaited<ReturnType<typeof startDispatcher>>;

/** The whole app in this process, at a short pace. */
export async function startDispatcher(databaseUrl: string, change: Partial<DispatcherConfig> = {}) {
  const config = Object.assign(new DispatcherConfig(), {
    port: 0,
    logLevel: 'silent',
    podName: 'test',
    databaseUrl,
    natsUrl: natsUrl(),
    sendPaceMinMs: 150,
    sendPaceMaxMs: 200,
    sendTimeoutMs: 5_000,
    ...change,
  });
  return startService(
    {
      name: 'dispatcher',
      config: DispatcherConfig,
      module: (given) => DispatcherModule.with(given),
      listensToNats: true,
    },
    config,
  );
}
