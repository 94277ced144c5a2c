import { Inject, Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { SendMetrics } from '../sending/send-metrics.js';

/** Figures of fetching. */
@Injectable()
export class FetchMetrics {
  private readonly fetches: Counter<'outcome'>;
  private readonly seconds: Histogram;
  private readonly deferrals: Counter;

  constructor(
    @Inject(Registry) registry: Registry,
    @Inject(SendMetrics) private readonly sends: SendMetrics,
  ) {
    this.fetches = new Counter({
      name: 'waypost_fetches_total',
      help: 'Ended tries to fetch a file, by outcome: stored, retry, or the code of the failure.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.seconds = new Histogram({
      name: 'waypost_fetch_seconds',
      help: 'From the request for a file until its last byte, or until it was given up.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30],
      registers: [registry],
    });
    this.deferrals = new Counter({
      name: 'waypost_fetches_deferred_total',
      help: 'Files put off because many of the same host or workspace were being fetched.',
      registers: [registry],
    });
  }

  ended(outcome: string, durationMs: number): void {
    this.fetches.inc({ outcome });
    this.seconds.observe(durationMs / 1000);
  }

  deferred(): void {
    this.deferrals.inc();
  }

  refunded(credits: number): void {
    this.sends.refunded(credits);
  }
}
