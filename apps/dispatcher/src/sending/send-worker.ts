import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { LaneWorker, type Claim, type Outcome } from '@waypost/lanes';
import { WorkspaceChanges } from '@waypost/messaging';
import { Database } from '@waypost/persistence';
import { DispatcherConfig } from '../dispatcher.config.js';
import { afterLookUp, afterSending, type Circumstances } from './after-sending.js';
import { beforeSending, type Turn } from './before-sending.js';
import { beginSends, loadDueMessages, type DueMessage, type Pace } from './due-messages.js';
import { lockForOutcomes, writeMessageOutcomes, type MessageOutcome } from './message-outcome.js';
import { recordNumberCheck } from './number-checks.js';
import { SendMetrics } from './send-metrics.js';
import { ANSWER_MARGIN_MS, SessionRequests, type Asked } from './session-requests.js';

/** What of the lease may be over when a send begins: for the claim's answer and two statements about its message. */
const PREPARE_MS = 5_000;
const STATEMENT_MS = 5_000;
/** Of the time for a send, what a look-up before it may take at most. */
const LOOK_UP_MS = 5_000;
const LOOK_UP_SHARE = 0.5;

/** A message whose turn has come. `asked` is set when it may be handed to the session's owner. */
interface Due {
  message?: DueMessage;
  turn: Turn;
  asked?: Asked;
}

/**
 * Sends the messages at the heads of the accounts' lanes: hands each to the pod with the session and settles its outcome.
 *
 * The pace holds however this process ends. The lane keeps it from the settle on. Until then the message does: `begun_at` is written before
 * anything leaves and taken back by the settle, so whoever finds it knows that a send may be in flight, and until when at the latest.
 * The lease of the lane has only to outlast the send.
 */
@Injectable()
export class SendWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('send');
  private readonly worker: LaneWorker<MessageOutcome>;
  private readonly pace: Pace;

  constructor(
    @Inject(DispatcherConfig) private readonly config: DispatcherConfig,
    @Inject(Database) private readonly database: Database,
    @Inject(SessionRequests) private readonly sessions: SessionRequests,
    @Inject(SendMetrics) private readonly metrics: SendMetrics,
    @Inject(WorkspaceChanges) changes: WorkspaceChanges,
  ) {
    this.pace = { minMs: config.sendPaceMinMs, maxMs: config.sendPaceMaxMs };
    this.worker = new LaneWorker<MessageOutcome>({
      pool: database.pool,
      kind: laneKinds.send,
      work: (claims) => this.work(claims),
      transaction: {
        lockFirst: (tx, settlements) =>
          lockForOutcomes(
            tx,
            settlements.flatMap(({ outcome }) => outcome.apply ?? []),
          ),
        apply: async (tx, settled) => {
          const outcomes = settled.flatMap(({ outcome }) => outcome.apply ?? []);
          metrics.refunded(await writeMessageOutcomes(tx, outcomes));
        },
      },
      concurrency: config.sendConcurrency,
      leaseMs: PREPARE_MS + config.sendTimeoutMs,
      hooks: {
        onClaim: (lateMs) => metrics.claimed(lateMs),
        // What was sent is told by egress, with WhatsApp's acknowledgement.
        onSettled: (_claim, { apply }) => {
          if (apply?.kind === 'failed') changes.tell(apply.workspaceId, 'chats', 'credits', 'accounts');
        },
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
    const due = this.prepare(claims);
    return claims.map(async (claim) => this.take((await due).get(claim.ref)!, claim));
  }

  /** Decides about each message, and notes which sends begin now. */
  private async prepare(claims: readonly Claim[]): Promise<Map<string, Due>> {
    const { pool } = this.database;
    const refs = claims.map(({ ref }) => ref);
    const messages = await loadDueMessages(pool, refs, STATEMENT_MS);
    const limits = { timeoutMs: this.config.sendTimeoutMs, pace: this.pace };
    const due = new Map<string, Due>(
      refs.map((ref) => {
        const message = messages.get(ref);
        return [ref, { message, turn: beforeSending(message, limits) }];
      }),
    );
    const beginning = claims.filter(({ ref }) => due.get(ref)!.turn.next !== 'settle');
    // Counted from before begun_at, by which others know when the send has ended.
    const deadlineAt = Date.now() + this.config.sendTimeoutMs - ANSWER_MARGIN_MS;
    for (const ref of await beginSends(pool, beginning, this.config.sendTimeoutMs, STATEMENT_MS)) {
      const one = due.get(ref)!;
      if (one.message?.owner) one.asked = { owner: one.message.owner, deadlineAt };
    }
    return due;
  }

  private async take({ message, turn, asked }: Due, claim: Claim): Promise<Outcome<MessageOutcome>> {
    if (turn.next === 'settle')
      return this.ended(claim, turn.outcome.apply?.kind ?? 'settled', 0, turn.outcome);
    // Decided meanwhile, or the lane is another worker's: the next look tells.
    if (!message || !asked) return this.ended(claim, 'not_begun', 0, { result: 'retry', afterMs: 0 });
    let to: string;
    if (turn.next === 'send') to = turn.to;
    else {
      const found = await this.lookUp(message, asked, claim);
      if ('result' in found) return found;
      to = found.sendTo;
    }
    const startedAt = performance.now();
    const answer = await this.sessions.send(message, to, asked);
    const outcome = afterSending(message, answer, this.circumstances(message, claim));
    return this.ended(claim, answer.outcome, performance.now() - startedAt, outcome, answer.code);
  }

  private async lookUp(
    message: DueMessage,
    { owner, deadlineAt }: Asked,
    claim: Claim,
  ): Promise<Outcome<MessageOutcome> | { sendTo: string }> {
    const startedAt = performance.now();
    const withinMs = Math.min(LOOK_UP_MS, this.config.sendTimeoutMs * LOOK_UP_SHARE);
    const reply = await this.sessions.lookUp(message, {
      owner,
      deadlineAt: Math.min(deadlineAt, Date.now() + withinMs),
    });
    const next = afterLookUp(message, reply, this.circumstances(message, claim));
    this.metrics.lookedUp(reply.outcome);
    if (reply.outcome === 'found' || reply.outcome === 'missing') {
      await recordNumberCheck(this.database.pool, message, 'sendTo' in next ? next.sendTo : undefined);
    }
    if ('sendTo' in next) return next;
    return this.ended(claim, `look_up_${reply.outcome}`, performance.now() - startedAt, next);
  }

  private circumstances(message: DueMessage, { attempts }: Claim): Circumstances {
    const { newChatsLockMs } = this.config;
    return { attempts, pace: message.pace ?? this.pace, newChatsLockMs, now: Date.now() };
  }

  private ended(
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
