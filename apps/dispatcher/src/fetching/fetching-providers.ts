import type { Provider } from '@nestjs/common';
import { createAttachmentStore, type AttachmentStore } from '@waypost/attachments';
import { Database } from '@waypost/persistence';
import { SafeHttpClient } from '@waypost/safe-http';
import { DispatcherConfig } from '../dispatcher.config.js';
import { ATTACHMENT_STORE } from './attachment-store.token.js';
import { AttachmentSweep } from './attachment-sweep.js';
import { FetchLaneSweep } from './fetch-lane-sweep.js';
import { FetchMetrics } from './fetch-metrics.js';
import { FetchWorker } from './fetch-worker.js';
import { FileFetcher } from './file-fetcher.js';

const CONNECT_MS = 5_000;

/** What fetching consists of, for the module of the app. */
export const fetchingProviders: Provider[] = [
  {
    provide: ATTACHMENT_STORE,
    inject: [DispatcherConfig, Database],
    useFactory: (config: DispatcherConfig, database: Database) =>
      createAttachmentStore(config, database.pool),
  },
  {
    provide: FileFetcher,
    inject: [DispatcherConfig, ATTACHMENT_STORE],
    useFactory: (config: DispatcherConfig, store: AttachmentStore) =>
      new FileFetcher({
        client: new SafeHttpClient({
          allowedNetworks: config.fileAllowedNetworks,
          connectMs: CONNECT_MS,
          connectionsPerOrigin: config.fetchConcurrency,
        }),
        store,
        totalMs: config.fetchTimeoutMs,
        retryMs: config.fetchRetryMs,
      }),
  },
  FetchMetrics,
  FetchWorker,
  AttachmentSweep,
  FetchLaneSweep,
];
