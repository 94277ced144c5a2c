import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { subjects } from '@waypost/contracts';
import { BundleCloser } from './collecting/bundle-closer.js';
import { DeliveryWorker } from './delivering/delivery-worker.js';
import { EventRecorder } from './recording/event-recorder.js';

/** One egress of all is woken by each hint. */
const ONE_OF_ALL = { queue: 'egress' };

/** Wakes the workers when others say that there is work; without it they find it at their next sweep. */
@Controller()
export class HintsController {
  constructor(
    private readonly recorder: EventRecorder,
    private readonly deliveries: DeliveryWorker,
    private readonly bundles: BundleCloser,
  ) {}

  @EventPattern(subjects.eventsWaiting, ONE_OF_ALL)
  eventsWaiting(@Payload() _hint: object): void {
    this.recorder.wake();
  }

  @EventPattern(subjects.deliverLaneDue, ONE_OF_ALL)
  deliverLaneDue(@Payload() _hint: object): void {
    this.deliveries.wake();
  }

  @EventPattern(subjects.bundlesDue, ONE_OF_ALL)
  bundlesDue(@Payload() _hint: object): void {
    this.bundles.wake();
  }
}
