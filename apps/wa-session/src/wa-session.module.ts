import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@waypost/platform';
import { SendController } from './sending/send.controller.js';
import { ArchiveSweep } from './sessions/archive-sweep.js';
import { SentMessagesSweep } from './sessions/sent-messages-sweep.js';
import { SessionFactory } from './sessions/session-factory.js';
import { SessionMetrics } from './sessions/session-metrics.js';
import { Sessions } from './sessions/sessions.js';
import type { WaSessionConfig } from './wa-session.config.js';

@Module({})
export class WaSessionModule {
  static with(config: WaSessionConfig): DynamicModule {
    return {
      module: WaSessionModule,
      imports: [PlatformModule.cluster('wa-session', config)],
      controllers: [SendController],
      providers: [SessionMetrics, SessionFactory, Sessions, SentMessagesSweep, ArchiveSweep],
    };
  }
}
