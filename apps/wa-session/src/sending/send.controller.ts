import { Controller, UsePipes } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { LookUpReply, LookUpRequest, SendReply, SendRequest, subjects } from '@waypost/contracts';
import { ContractPipe } from '@waypost/messaging';
import { Sessions } from '../sessions/sessions.js';

@Controller()
@UsePipes(ContractPipe)
export class SendController {
  constructor(private readonly sessions: Sessions) {}

  /** Sends one message through a session that this pod holds. */
  @MessagePattern(subjects.send)
  send(@Payload() request: SendRequest): Promise<SendReply> {
    return this.sessions.send(request);
  }

  /** Asks WhatsApp about a phone number, through a session that this pod holds. */
  @MessagePattern(subjects.lookUp)
  lookUp(@Payload() request: LookUpRequest): Promise<LookUpReply> {
    return this.sessions.lookUp(request);
  }

  /** An account was created, or somebody wants to link one. */
  @EventPattern(subjects.accountsChanged)
  accountsChanged(@Payload() _hint: object): void {
    this.sessions.wake();
  }
}
