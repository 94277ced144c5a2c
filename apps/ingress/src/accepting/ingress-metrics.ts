import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import type { AcceptFailureKind } from './accept-store.js';

@Injectable()
export class IngressMetrics {
  private readonly answers: Counter;
  private readonly seconds: Histogram;
  private readonly failures: Counter;
  private readonly batches: Histogram;

  constructor(registry: Registry) {
    this.answers = new Counter({
      name: 'waypost_accept_answers_total',
      help: 'Webhook requests by the status of the answer.',
      labelNames: ['status'],
      registers: [registry],
    });
    this.seconds = new Histogram({
      name: 'waypost_accept_seconds',
      help: 'From the arrival of a webhook request until its answer.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers: [registry],
    });
    this.failures = new Counter({
      name: 'waypost_accept_failures_total',
      help: 'Batches that the database did not decide, by what is known of them.',
      labelNames: ['kind'],
      registers: [registry],
    });
    this.batches = new Histogram({
      name: 'waypost_accept_batch_size',
      help: 'Requests decided in one transaction.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers: [registry],
    });
  }

  answered(status: number, tookMs: number): void {
    this.answers.inc({ status });
    this.seconds.observe(tookMs / 1_000);
  }

  batch(size: number): void {
    this.batches.observe(size);
  }

  failure(kind: AcceptFailureKind): void {
    this.failures.inc({ kind });
  }
}
