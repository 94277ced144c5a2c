import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { subjects } from '@waypost/contracts';
import { systemClock } from '@waypost/kernel';
import { Messenger } from '@waypost/messaging';
import { Database, SecretBox } from '@waypost/persistence';
import { PlatformModule } from '@waypost/platform';
import { SafeHttpClient } from '@waypost/safe-http';
import { Registry } from 'prom-client';
import { DeliveryCollector } from './collecting/delivery-collector.js';
import { DeliveryWorker } from './delivering/delivery-worker.js';
import { EgressMetrics } from './egress-metrics.js';
import { EgressWorkers } from './egress-workers.js';
import type { EgressConfig } from './egress.config.js';
import { HintsController } from './hints.controller.js';
import { AccountRecorder } from './recording/account-recorder.js';
import { EventRecorder } from './recording/event-recorder.js';

@Module({})
export class EgressModule {
  static with(config: EgressConfig): DynamicModule {
    return {
      module: EgressModule,
      imports: [PlatformModule.cluster('egress', config)],
      controllers: [HintsController],
      providers: [
        {
          provide: EgressMetrics,
          inject: [Registry, Database],
          useFactory: (registry: Registry, database: Database) => new EgressMetrics(registry, database.pool),
        },
        recording(config),
        ...delivering(config),
        EgressWorkers,
      ],
    };
  }
}

function recording(config: EgressConfig): Provider {
  return {
    provide: EventRecorder,
    inject: [Database, Messenger, DeliveryWorker],
    useFactory: ({ pool }: Database, messenger: Messenger, deliveries: DeliveryWorker) =>
      new EventRecorder({
        sql: pool,
        recorder: new AccountRecorder(pool, new DeliveryCollector(config.consolePublicUrl)),
        onDeliveriesDue: () => {
          deliveries.wake();
          messenger.hint(subjects.deliverLaneDue);
        },
      }),
  };
}

function delivering(config: EgressConfig): Provider[] {
  return [
    {
      provide: SafeHttpClient,
      useFactory: () =>
        new SafeHttpClient({
          allowedNetworks: config.outboundAllowedNetworks,
          connectMs: config.outboundConnectTimeoutMs,
        }),
    },
    {
      provide: DeliveryWorker,
      inject: [Database, SafeHttpClient, EgressMetrics],
      useFactory: ({ pool }: Database, http: SafeHttpClient, metrics: EgressMetrics) =>
        new DeliveryWorker({
          pool,
          http,
          metrics,
          box: new SecretBox(config.encryptionKeys),
          clock: systemClock,
          timeoutMs: config.outboundTimeoutMs,
          backOffMs: config.outboundBackoffMs,
          concurrency: config.outboundConcurrency,
        }),
    },
  ];
}
