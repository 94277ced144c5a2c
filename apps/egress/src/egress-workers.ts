import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SafeHttpClient } from '@waypost/safe-http';

/** Something that runs from start to end of the process. */
export interface Worker {
  start(): void;
  /** Returns when it has fully stopped. */
  stop(): Promise<void>;
}

/** Injection token: all workers of this process. */
export const WORKERS = Symbol('workers');

/** Starts the loops with the application, and stops them while their connections are still open. */
@Injectable()
export class EgressWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(WORKERS) private readonly workers: readonly Worker[],
    private readonly http: SafeHttpClient,
  ) {}

  onApplicationBootstrap(): void {
    for (const worker of this.workers) worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.http.close();
  }
}
