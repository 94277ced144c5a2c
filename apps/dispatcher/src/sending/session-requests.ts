import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  LookUpReply,
  podSubject,
  SendReply,
  subjects,
  type LookUpRequest,
  type SendRequest,
} from '@waypost/contracts';
import { Messenger, NoAnswerError } from '@waypost/messaging';
import type { SendAnswer } from './after-sending.js';
import type { DueMessage } from './due-messages.js';

/** What the reply's way back may take beyond the owner's own deadline. */
export const ANSWER_MARGIN_MS = 500;

/** Who is asked, and until when (unix milliseconds) the owner may work on it. */
export interface Asked {
  owner: { pod: string; epoch: number };
  deadlineAt: number;
}

/** Asks the owners of sessions. No answer, or one that cannot be read, is `unknown`: what was asked may have happened. */
@Injectable()
export class SessionRequests {
  private readonly logger = new Logger('send');

  constructor(@Inject(Messenger) private readonly messenger: Messenger) {}

  send(message: DueMessage, to: string, { owner, deadlineAt }: Asked): Promise<SendAnswer> {
    const request: SendRequest = {
      messageId: message.id,
      accountId: message.accountId,
      epoch: owner.epoch,
      keyId: message.keyId,
      recipientJid: to,
      text: message.text,
      file: message.file === 'missing' ? undefined : message.file,
      deadlineAt,
    };
    return this.ask(podSubject(subjects.send, owner.pod), request, SendReply);
  }

  lookUp({ accountId, recipientJid }: DueMessage, { owner, deadlineAt }: Asked): Promise<LookUpReply> {
    const request: LookUpRequest = { accountId, epoch: owner.epoch, jid: recipientJid, deadlineAt };
    return this.ask(podSubject(subjects.lookUp, owner.pod), request, LookUpReply);
  }

  private async ask<T extends object>(
    subject: string,
    request: { deadlineAt: number },
    reply: new () => T,
  ): Promise<T | { outcome: 'unknown' }> {
    const withinMs = Math.max(1, request.deadlineAt - Date.now() + ANSWER_MARGIN_MS);
    try {
      return await this.messenger.request(subject, request, reply, withinMs);
    } catch (error) {
      if (!(error instanceof NoAnswerError))
        this.logger.error({ msg: 'session.answer_unreadable', error: String(error) });
      return { outcome: 'unknown' };
    }
  }
}
