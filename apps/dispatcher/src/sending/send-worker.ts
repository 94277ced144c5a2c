import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { laneKinds, podSubject, SendReply, subjects, type SendRequest } from '@waypost/contracts';
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
/** The claim's answer may take so long, then the messages so long to load, before a send begins. */
const CLAIM_MS = 10_000;
const LOAD_MS = 5_000;

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
            settlements.flatMap(({ outcome: { apply } }) =>
              apply?.kind === 'failed' ? apply.workspaceId : [],
            ),
          ),
        apply: async (tx, settled) => {
          const outcomes = settled.flatMap(({ outcome }) => outcome.apply ?? []);
          metrics.refunded(await writeMessageOutcomes(tx, outcomes));
        },
      },
      concurrency: config.sendConcurrency,
      // When this process dies in the middle of a send, the lane is claimed again only after the send ended and its pace passed.
      leaseMs: CLAIM_MS + LOAD_MS + config.sendTimeoutMs + config.sendPaceMaxMs,
      hooks: {
        onClaim: (lateMs) => metrics.claimed(lateMs),
        onWorkError: (claim, error, retryInMs) =>
          this.logger.error({
            msg: 'message.work_failed',
            messageId: claim.ref,
            retryInMs,
            error: String(error),
          }),
        onClaimError: (error, retryInMs) =>
          this.logger.warn({ msg: 'lanes.claim_failed', retryInMs, error: String(error) }),
        onSettleError: (error, count) =>
          this.logger.warn({ msg: 'lanes.settle_failed', count, error: String(error) }),
        onLost: (claim, reason) =>
          this.logger.warn({ msg: 'lanes.outcome_lost', messageId: claim.ref, reason }),
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
    const messages = this.load(claims);
    return claims.map(async (claim) => this.send((await messages).get(claim.ref), claim));
  }

  /** @throws when it takes so long that a send could outlast the lease, say because the whole process stood still */
  private async load(claims: readonly Claim[]): Promise<Map<string, DueMessage>> {
    const startedAt = performance.now();
    const messages = await loadDueMessages(
      this.database.pool,
      claims.map(({ ref }) => ref),
      LOAD_MS,
    );
    if (performance.now() - startedAt > LOAD_MS) throw new Error('the messages took too long to load');
    return messages;
  }

  private async send(message: DueMessage | undefined, claim: Claim): Promise<Outcome<MessageOutcome>> {
    const decided = beforeSending(message);
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
        podSubject(subjects.send, owner.pod),
        request,
        SendReply,
        this.config.sendTimeoutMs,
      );
    } catch (error) {
      // An answer that cannot be read is none: the message may have left either way.
      if (!(error instanceof NoAnswerError)) {
        this.logger.error({
          msg: 'message.answer_unreadable',
          messageId: message.id,
          error: String(error),
        });
      }
      return { outcome: 'unknown' };
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
      msg: 'message.send',
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
