import { Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { subjects } from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { Database } from '@waypost/persistence';
import { PlatformModule } from '@waypost/platform';
import { AcceptBatcher } from './accepting/accept-batcher.js';
import { AcceptStore, type AcceptFailure } from './accepting/accept-store.js';
import { FailureFilter } from './accepting/failure.filter.js';
import { InboundWebhookController } from './accepting/inbound-webhook.controller.js';
import { IngressMetrics } from './accepting/ingress-metrics.js';
import { UnknownTokenLimit } from './accepting/unknown-token-limit.js';
import { IdempotencyKeySweep } from './sweeping/idempotency-key-sweep.js';
import { IngressConfig } from './ingress.config.js';

@Module({})
export class IngressModule implements OnApplicationShutdown {
  constructor(private readonly batcher: AcceptBatcher) {}

  static with(config: IngressConfig): DynamicModule {
    return {
      module: IngressModule,
      imports: [PlatformModule.cluster('ingress', config)],
      controllers: [InboundWebhookController],
      providers: [
        { provide: APP_FILTER, useClass: FailureFilter },
        IngressMetrics,
        UnknownTokenLimit,
        IdempotencyKeySweep,
        {
          provide: AcceptBatcher,
          inject: [IngressConfig, Database, Messenger, IngressMetrics],
          useFactory: createBatcher,
        },
      ],
    };
  }

  /** After the HTTP server has answered its last request; what clients no longer wait for may still be in flight. */
  async onApplicationShutdown(): Promise<void> {
    await this.batcher.stop();
  }
}

function createBatcher(
  config: IngressConfig,
  database: Database,
  messenger: Messenger,
  metrics: IngressMetrics,
): AcceptBatcher {
  return new AcceptBatcher(new AcceptStore(database.pool), {
    maxWaiting: config.maxWaitingRequests,
    hooks: {
      onLaneDue: () => messenger.hint(subjects.sendLaneDue),
      onFetchDue: () => messenger.hint(subjects.fetchLaneDue),
      onBatch: (size) => metrics.batch(size),
      onFailure: (failure, size) => {
        metrics.failure(failure.kind);
        logFailure(failure, size);
      },
    },
  });
}

/** Without the database's own words: they may quote rows, and rows hold texts. */
function logFailure({ kind, cause }: AcceptFailure, size: number): void {
  const code = (cause as { code?: string } | undefined)?.code;
  new Logger('accepting').warn({ msg: 'batch.failed', kind, size, code, error: (cause as Error)?.name });
}
