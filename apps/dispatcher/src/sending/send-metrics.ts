import { Inject, Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';

/** Figures of sending. */
@Injectable()
export class SendMetrics {
  private readonly sends: Counter<'outcome'>;
  private readonly lookUps: Counter<'outcome'>;
  private readonly seconds: Histogram;
  private readonly lateness: Histogram;
  private readonly credits: Counter;

  constructor(@Inject(Registry) registry: Registry) {
    this.sends = new Counter({
      name: 'waypost_sends_total',
      help: 'Ended tries to send a message, by outcome.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.lookUps = new Counter({
      name: 'waypost_number_look_ups_total',
      help: 'Questions to WhatsApp whether a number is there, by outcome.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.seconds = new Histogram({
      name: 'waypost_send_seconds',
      help: 'From handing a message to its session until the answer.',
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
      registers: [registry],
    });
    this.lateness = new Histogram({
      name: 'waypost_send_lane_lateness_seconds',
      help: 'How late an account was when its next message was taken up.',
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers: [registry],
    });
    this.credits = new Counter({
      name: 'waypost_refunded_credits_total',
      help: 'Credits given back for messages that cannot be sent.',
      registers: [registry],
    });
  }

  refunded(credits: number): void {
    this.credits.inc(credits);
  }

  claimed(lateMs: number): void {
    this.lateness.observe(lateMs / 1000);
  }

  lookedUp(outcome: string): void {
    this.lookUps.inc({ outcome });
  }

  ended(outcome: string, durationMs: number): void {
    this.sends.inc({ outcome });
    if (durationMs > 0) this.seconds.observe(durationMs / 1000);
  }
}
