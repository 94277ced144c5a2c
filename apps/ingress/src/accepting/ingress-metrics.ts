import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import type { AcceptFailureKind } from './accept-store.js';

@Injectable()
export class IngressMetrics {
  private readonly answers: Counter;
  private readonly failures: Counter;
  private readonly batches: Histogram;

  constructor(registry: Registry) {
    this.answers = new Counter({
      name: 'waypost_accept_answers_total',
      help: 'Webhook requests by the status of the answer.',
      labelNames: ['status'],
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

  answered(status: number): void {
    this.answers.inc({ status });
  }

  batch(size: number): void {
    this.batches.observe(size);
  }

  failure(kind: AcceptFailureKind): void {
    this.failures.inc({ kind });
  }
}
