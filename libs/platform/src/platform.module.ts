import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Messenger, WorkspaceChanges } from '@waypost/messaging';
import { Database } from '@waypost/persistence';
import { Registry } from 'prom-client';
import { Health, HealthController } from './health.js';
import { loggingModule } from './logging.js';
import { createRegistry, MetricsController, watchPool } from './metrics.js';
import type { ClusterServiceConfig, ServiceConfig } from './service-config.js';

/** Injection token of the service's configuration. */
export const CONFIG = Symbol('service configuration');

/**
 * Closes what every worker needs, last: workers stop in `beforeApplicationShutdown`, which Nest runs first.
 */
class Connections implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Messenger) private readonly messenger: Messenger,
    @Inject(WorkspaceChanges) private readonly changes: WorkspaceChanges,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.changes.flush();
    await this.messenger.close();
    await this.database.close();
  }
}

@Module({})
export class PlatformModule {
  /** Configuration, logs, health and metrics: for a service that needs neither Postgres nor NATS. */
  static basic(service: string, config: ServiceConfig): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [loggingModule(service, config)],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: config.constructor as new () => ServiceConfig, useValue: config },
        { provide: Registry, useValue: createRegistry(service) },
        Health,
      ],
      exports: [CONFIG, config.constructor as new () => ServiceConfig, Registry, Health],
    };
  }

  /**
   * `basic`, and the connections to Postgres (Database) and NATS (Messenger, WorkspaceChanges), checked by readiness.
   * @param readOnly see DatabaseOptions
   */
  static cluster(
    service: string,
    config: ClusterServiceConfig,
    { readOnly = false }: { readOnly?: boolean } = {},
  ): DynamicModule {
    const basic = PlatformModule.basic(service, config);
    return {
      ...basic,
      providers: [
        ...basic.providers!.filter((provider) => provider !== Health),
        {
          provide: Database,
          inject: [Registry],
          useFactory: async (registry: Registry) => {
            const database = await Database.open({
              url: config.databaseUrl,
              applicationName: `waypost-${service}`,
              poolSize: config.databasePoolSize,
              readOnly,
            });
            watchPool(registry, database);
            return database;
          },
        },
        {
          provide: Messenger,
          useFactory: () => new Messenger(config.natsUrl, `${service}-${config.podName}`),
        },
        {
          provide: Health,
          inject: [Database, Messenger],
          useFactory: (database: Database, messenger: Messenger) => {
            const health = new Health();
            health.add('postgres', () => database.ping());
            health.add('nats', () => messenger.ping(1_500));
            return health;
          },
        },
        {
          provide: WorkspaceChanges,
          inject: [Messenger],
          useFactory: (messenger: Messenger) => new WorkspaceChanges(messenger),
        },
        Connections,
      ],
      exports: [...basic.exports!, Database, Messenger, WorkspaceChanges],
    };
  }
}
