import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload, Transport } from '@nestjs/microservices';
import { subjects } from '@waypost/contracts';
import { SendWorker } from './send-worker.js';

@Controller()
export class HintsController {
  constructor(@Inject(SendWorker) private readonly worker: SendWorker) {}

  @EventPattern(subjects.sendLaneDue, Transport.NATS, { queue: 'dispatcher' })
  sendLaneDue(@Payload() _hint: object): void {
    this.worker.wake();
  }
}
