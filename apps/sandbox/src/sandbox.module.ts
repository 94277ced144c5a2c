import {
  Inject,
  Module,
  type DynamicModule,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { Health, PlatformModule } from '@waypost/platform';
import type { Server } from 'node:http';
import { AccountsController } from './control/accounts.controller.js';
import { ContactsController } from './control/contacts.controller.js';
import { GroupsController } from './control/groups.controller.js';
import { JournalController } from './control/journal.controller.js';
import { MediaController } from './control/media.controller.js';
import { NetworkController } from './control/network.controller.js';
import { PairingsController } from './control/pairings.controller.js';
import { ProblemFilter } from './control/problem.filter.js';
import { SandboxConfig } from './sandbox.config.js';
import { SandboxNetwork } from './sandbox-network.js';

/** Composition root: the network on the HTTP server that also serves the control API. */
@Module({
  controllers: [
    ContactsController,
    AccountsController,
    GroupsController,
    PairingsController,
    NetworkController,
    JournalController,
    MediaController,
  ],
  providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
})
export class SandboxModule implements OnModuleInit, BeforeApplicationShutdown {
  static with(config: SandboxConfig): DynamicModule {
    return {
      module: SandboxModule,
      imports: [PlatformModule.basic('sandbox', config)],
      providers: [
        {
          provide: SandboxNetwork,
          useFactory: () =>
            SandboxNetwork.start({ dataDir: config.dataDir || undefined, autoContacts: config.autoContacts }),
        },
      ],
    };
  }

  constructor(
    @Inject(SandboxNetwork) private readonly network: SandboxNetwork,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Health) private readonly health: Health,
  ) {}

  onModuleInit(): void {
    this.health.add('data', () => this.network.check());
    this.network.attach(this.host.httpAdapter.getHttpServer() as Server);
  }

  // Before the HTTP server closes: it would wait for the open WebSockets.
  async beforeApplicationShutdown(): Promise<void> {
    await this.network.stop();
  }
}
