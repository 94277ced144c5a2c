import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@waypost/platform';
import type { DispatcherConfig } from './dispatcher.config.js';
import { ExpirySweep } from './expiring/expiry-sweep.js';
import { RemovedAccountsSweep } from './expiring/removed-accounts-sweep.js';
import { FetchHintsController } from './fetching/fetch-hints.controller.js';
import { fetchingProviders } from './fetching/fetching-providers.js';
import { LaneMetrics } from './lane-metrics.js';
import { HeldSweep } from './releasing/held-sweep.js';
import { AllowanceSweep } from './renewing/allowance-sweep.js';
import { HintsController } from './sending/hints.controller.js';
import { SendMetrics } from './sending/send-metrics.js';
import { SendWorker } from './sending/send-worker.js';
import { SessionRequests } from './sending/session-requests.js';

@Module({})
export class DispatcherModule {
  static with(config: DispatcherConfig): DynamicModule {
    return {
      module: DispatcherModule,
      imports: [PlatformModule.cluster('dispatcher', config)],
      controllers: [HintsController, FetchHintsController],
      providers: [
        LaneMetrics,
        SendMetrics,
        SessionRequests,
        SendWorker,
        ExpirySweep,
        RemovedAccountsSweep,
        HeldSweep,
        AllowanceSweep,
        ...fetchingProviders,
      ],
    };
  }
}
