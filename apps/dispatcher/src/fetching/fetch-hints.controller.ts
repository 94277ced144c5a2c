import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload, Transport } from '@nestjs/microservices';
import { subjects } from '@waypost/contracts';
import { FetchWorker } from './fetch-worker.js';

@Controller()
export class FetchHintsController {
  constructor(@Inject(FetchWorker) private readonly worker: FetchWorker) {}

  @EventPattern(subjects.fetchLaneDue, Transport.NATS, { queue: 'dispatcher' })
  fetchLaneDue(@Payload() _hint: object): void {
    this.worker.wake();
  }
}
