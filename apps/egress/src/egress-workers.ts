import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SafeHttpClient } from '@waypost/safe-http';
import { DeliveryWorker } from './delivering/delivery-worker.js';
import { EventRecorder } from './recording/event-recorder.js';

/** Starts the loops with the application, and stops them while their connections are still open. */
@Injectable()
export class EgressWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly recorder: EventRecorder,
    private readonly deliveries: DeliveryWorker,
    private readonly http: SafeHttpClient,
  ) {}

  onApplicationBootstrap(): void {
    this.recorder.start();
    this.deliveries.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.recorder.stop(), this.deliveries.stop()]);
    await this.http.close();
  }
}
