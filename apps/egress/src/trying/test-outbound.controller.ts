import { Controller, UsePipes } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { subjects, TestOutboundRequest, type TestOutboundReply } from '@waypost/contracts';
import { ContractPipe } from '@waypost/messaging';
import { TestSender } from './test-sender.js';

/** Answers the console's "Send test"; one egress of all takes each request. */
@Controller()
export class TestOutboundController {
  constructor(private readonly sender: TestSender) {}

  @MessagePattern(subjects.testOutbound, { queue: 'egress' })
  @UsePipes(ContractPipe)
  send(@Payload() request: TestOutboundRequest): Promise<TestOutboundReply> {
    return this.sender.send(request);
  }
}
