import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { laneKinds, SendReply, sendSubject, type SendRequest } from '@waypost/contracts';
import { LaneWorker, type Claim, type Outcome } from '@waypost/lanes';
import { Messenger, NoAnswerError } from '@waypost/messaging';
import { Database } from '@waypost/persistence';
import { DispatcherConfig } from '../dispatcher.config.js';
import { SendMetrics } from './send-metrics.js';
import { loadDueMessages, type DueMessage } from './due-messages.js';
import { lockBalances, writeMessageOutcomes, type MessageOutcome } from './message-outcome.js';
import { afterSending, beforeSending } from './settle-send.js';

/** What the reply's way back may take beyond the owner's own deadline. */
const ANSWER_MARGIN_MS = 500;
const LEASE_MARGIN_MS = 5_000;

/** Sends the messages at the heads of the accounts' lanes: hands each to the pod with the session and settles its outcome. */
@Injectable()
export class SendWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('send');
  private readonly worker: LaneWorker<MessageOutcome>;

  constructor(
    @Inject(DispatcherConfig) private readonly config: DispatcherConfig,
    @Inject(Database) private readonly database: Database,
    @Inject(Messenger) private readonly messenger: Messenger,
    @Inject(SendMetrics) private readonly metrics: SendMetrics,
  ) {
    this.worker = new LaneWorker<MessageOutcome>({
      pool: database.pool,
      kind: laneKinds.send,
      work: (claims) => this.work(claims),
      transaction: {
        lockFirst: (tx, settlements) =>
          lockBalances(
            tx,
            settlements.flatMap(({ outcome }) => outcome.apply ?? []),
          ),
        apply: (tx, settled) =>
          writeMessageOutcomes(
            tx,
            settled.flatMap(({ outcome }) => outcome.apply ?? []),
          ),
      },
      concurrency: config.sendConcurrency,
      // When this process dies in the middle of a send, the lane is claimed again only after the send ended and its pace passed.
      leaseMs: config.sendTimeoutMs + config.sendPaceMaxMs + LEASE_MARGIN_MS,
      hooks: {
        onClaim: (lateMs) => metrics.claimed(lateMs),
        onWorkError: (claim, error, retryInMs) =>
          this.logger.error({
            event: 'message.work_failed',
            messageId: claim.ref,
            retryInMs,
            error: String(error),
          }),
        onClaimError: (error, retryInMs) =>
          this.logger.warn({ event: 'lanes.claim_failed', retryInMs, error: String(error) }),
        onSettleError: (error, count) =>
          this.logger.warn({ event: 'lanes.settle_failed', count, error: String(error) }),
        onLost: (claim, reason) =>
          this.logger.warn({ event: 'lanes.outcome_lost', messageId: claim.ref, reason }),
      },
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop(this.config.sendTimeoutMs + ANSWER_MARGIN_MS);
  }

  /** Lanes may have fallen due. */
  wake(): void {
    this.worker.wake();
  }

  private work(claims: readonly Claim[]): Promise<Outcome<MessageOutcome>>[] {
    const messages = loadDueMessages(
      this.database.pool,
      claims.map(({ ref }) => ref),
    );
    return claims.map(async (claim) => this.send((await messages).get(claim.ref), claim));
  }

  private async send(message: DueMessage | undefined, claim: Claim): Promise<Outcome<MessageOutcome>> {
    const decided = beforeSending(message, claim.attempts);
    if (decided || !message?.owner)
      return this.counted(claim, decided?.apply?.kind ?? 'settled', 0, decided ?? { result: 'done' });
    const startedAt = performance.now();
    const reply = await this.ask(message, message.owner);
    const { sendPaceMinMs: minMs, sendPaceMaxMs: maxMs } = this.config;
    const outcome = afterSending(message, reply, claim.attempts, { minMs, maxMs });
    return this.counted(claim, reply.outcome, performance.now() - startedAt, outcome, reply.code);
  }

  private async ask(
    message: DueMessage,
    owner: { pod: string; epoch: number },
  ): Promise<Pick<SendReply, 'outcome' | 'code' | 'reason'>> {
    const request: SendRequest = {
      messageId: message.id,
      accountId: message.accountId,
      epoch: owner.epoch,
      keyId: message.keyId,
      recipientJid: message.recipientJid,
      text: message.text,
      deadlineAt: Date.now() + this.config.sendTimeoutMs - ANSWER_MARGIN_MS,
    };
    try {
      return await this.messenger.request(
        sendSubject(owner.pod),
        request,
        SendReply,
        this.config.sendTimeoutMs,
      );
    } catch (error) {
      if (error instanceof NoAnswerError) return { outcome: 'unknown' };
      throw error;
    }
  }

  private counted(
    claim: Claim,
    result: string,
    durationMs: number,
    outcome: Outcome<MessageOutcome>,
    code?: string,
  ): Outcome<MessageOutcome> {
    this.metrics.ended(result, durationMs);
    this.logger.log({
      event: 'message.send',
      messageId: claim.ref,
      accountId: claim.key,
      attempt: claim.attempts + 1,
      result,
      code,
      durationMs: Math.round(durationMs),
    });
    return outcome;
  }
}
