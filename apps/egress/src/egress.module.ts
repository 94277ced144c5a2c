import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { subjects } from '@waypost/contracts';
import { systemClock } from '@waypost/kernel';
import { Messenger, WorkspaceChanges } from '@waypost/messaging';
import { Database, SecretBox } from '@waypost/persistence';
import { PlatformModule } from '@waypost/platform';
import { SafeHttpClient } from '@waypost/safe-http';
import { Registry } from 'prom-client';
import { BundleCloser } from './collecting/bundle-closer.js';
import { DeliveryCollector } from './collecting/delivery-collector.js';
import { DeliveryWorker } from './delivering/delivery-worker.js';
import { SignedPost } from './delivering/signed-post.js';
import { EgressMetrics } from './egress-metrics.js';
import { EgressWorkers, WORKERS, type Worker } from './egress-workers.js';
import type { EgressConfig } from './egress.config.js';
import { HintsController } from './hints.controller.js';
import { MailWorker } from './mailing/mail-worker.js';
import { BatchRecorder } from './recording/batch-recorder.js';
import { EventRecorder } from './recording/event-recorder.js';
import { RetentionSweep } from './retaining/retention-sweep.js';
import { TrimSweep } from './retaining/trim-sweep.js';
import { TestOutboundController } from './trying/test-outbound.controller.js';
import { TestSender } from './trying/test-sender.js';

const DAY_MS = 24 * 3_600_000;

@Module({})
export class EgressModule {
  static with(config: EgressConfig): DynamicModule {
    return {
      module: EgressModule,
      imports: [PlatformModule.cluster('egress', config)],
      controllers: [HintsController, TestOutboundController],
      providers: [
        {
          provide: EgressMetrics,
          inject: [Registry, Database],
          useFactory: (registry: Registry, database: Database) => new EgressMetrics(registry, database.pool),
        },
        ...posting(config),
        ...delivering(config),
        ...collecting(config),
        ...workers(config),
        EgressWorkers,
      ],
    };
  }
}

function posting(config: EgressConfig): Provider[] {
  return [
    {
      provide: SafeHttpClient,
      useFactory: () =>
        new SafeHttpClient({
          allowedNetworks: config.outboundAllowedNetworks,
          connectMs: config.outboundConnectTimeoutMs,
          // Many webhooks may be at one host: those that hang there must not take the connections of the others.
          connectionsPerOrigin: config.outboundConcurrency,
        }),
    },
    {
      provide: SignedPost,
      inject: [SafeHttpClient],
      useFactory: (http: SafeHttpClient) =>
        new SignedPost({
          http,
          box: new SecretBox(config.encryptionKeys),
          clock: systemClock,
          timeoutMs: config.outboundTimeoutMs,
        }),
    },
    {
      provide: TestSender,
      inject: [Database, SignedPost],
      useFactory: ({ pool }: Database, post: SignedPost) =>
        new TestSender({ pool, post, links: config, clock: systemClock }),
    },
  ];
}

function delivering(config: EgressConfig): Provider[] {
  return [
    {
      provide: DeliveryWorker,
      inject: [Database, Messenger, SignedPost, EgressMetrics, WorkspaceChanges],
      useFactory: (
        { pool }: Database,
        messenger: Messenger,
        post: SignedPost,
        metrics: EgressMetrics,
        changes: WorkspaceChanges,
      ) =>
        new DeliveryWorker({
          pool,
          post,
          metrics,
          links: config,
          clock: systemClock,
          rules: { scheduleMs: config.outboundBackoffMs, maxErrors: config.outboundMaxErrors },
          timeoutMs: config.outboundTimeoutMs,
          retentionMs: config.outboundRetentionHours * 3_600_000,
          concurrency: config.outboundConcurrency,
          hint: () => messenger.hint(subjects.deliverLaneDue),
          onAttempted: (workspaceIds) => workspaceIds.forEach((id) => changes.tell(id, 'outbound-webhook')),
        }),
    },
  ];
}

function collecting(config: EgressConfig): Provider[] {
  return [
    {
      provide: BundleCloser,
      inject: [Database, DeliveryWorker, EgressMetrics],
      useFactory: ({ pool }: Database, deliveries: DeliveryWorker, metrics: EgressMetrics) =>
        new BundleCloser({
          pool,
          links: config,
          onDeliveriesDue: () => deliveries.due(),
          onClosed: (lateMs) => metrics.bundleClosed(lateMs),
        }),
    },
    {
      provide: EventRecorder,
      inject: [Database, DeliveryWorker, BundleCloser, WorkspaceChanges],
      useFactory: (
        { pool }: Database,
        deliveries: DeliveryWorker,
        bundles: BundleCloser,
        changes: WorkspaceChanges,
      ) =>
        new EventRecorder({
          sql: pool,
          recorder: new BatchRecorder({
            pool,
            collector: new DeliveryCollector(config, config.outboundKeptDays),
            maxWaiting: config.outboundMaxWaiting,
          }),
          onDeliveriesDue: () => deliveries.due(),
          onBundlesDue: () => bundles.wake(),
          onRecorded: (workspaceIds) =>
            workspaceIds.forEach((id) => changes.tell(id, 'chats', 'accounts', 'outbound-webhook')),
        }),
    },
  ];
}

function workers(config: EgressConfig): Provider[] {
  return [
    {
      provide: RetentionSweep,
      inject: [Database],
      useFactory: ({ pool }: Database) =>
        new RetentionSweep({ pool, retentionHours: config.outboundRetentionHours }),
    },
    {
      provide: TrimSweep,
      inject: [Database],
      useFactory: ({ pool }: Database) =>
        new TrimSweep({
          pool,
          deliveriesMs: config.outboundKeptDays * DAY_MS,
          eventsMs: config.eventsKeptDays * DAY_MS,
        }),
    },
    {
      provide: WORKERS,
      inject: [EventRecorder, BundleCloser, DeliveryWorker, Database],
      useFactory: (
        recorder: EventRecorder,
        bundles: BundleCloser,
        deliveries: DeliveryWorker,
        { pool }: Database,
      ): Worker[] => [recorder, bundles, deliveries, ...mailing(config, pool)],
    },
  ];
}

/** Without a mail server mails wait, and the console shows them. */
function mailing({ smtpUrl, mailFrom, encryptionKeys }: EgressConfig, pool: Database['pool']): Worker[] {
  if (smtpUrl === '') return [];
  return [new MailWorker({ pool, smtpUrl, from: mailFrom, box: new SecretBox(encryptionKeys) })];
}
