import type { SendReply } from '@waypost/contracts';
import { fullJitter, uniform, type Random } from '@waypost/kernel';
import type { Outcome } from '@waypost/lanes';
import type { DueMessage } from './due-messages.js';
import type { Failure, MessageOutcome } from './message-outcome.js';

export interface Pace {
  minMs: number;
  maxMs: number;
}

const NO_OWNER_MIN_MS = 1_000;
const NO_OWNER_MAX_MS = 2_000;
const NOT_CONNECTED_BASE_MS = 1_000;
const NOT_CONNECTED_CAP_MS = 9_000;
const UNKNOWN_CAP_MS = 30_000;

/** What is decided without asking the session's owner; undefined: send it. */
export function beforeSending(
  message: DueMessage | undefined,
  random?: Random,
): Outcome<MessageOutcome> | undefined {
  // Decided already, by an earlier settle or by WhatsApp's own receipt: the item has only to leave the lane.
  if (!message || (message.state !== 'queued' && message.state !== 'sending')) return { result: 'done' };
  if (message.expired) {
    return { result: 'done', apply: expiry(message) };
  }
  // Another pod takes the account over soon; attempts say nothing about when.
  if (!message.owner) return waiting(message, uniform(NO_OWNER_MIN_MS, NO_OWNER_MAX_MS, random));
  return undefined;
}

/** How the lane and the message go on after the owner answered, or did not. */
export function afterSending(
  message: DueMessage,
  reply: Pick<SendReply, 'outcome' | 'code' | 'reason'>,
  attempts: number,
  pace: Pace,
  random?: Random,
): Outcome<MessageOutcome> {
  const paceMs = uniform(pace.minMs, pace.maxMs, random);
  switch (reply.outcome) {
    case 'acked':
      return { result: 'done', paceMs, apply: { kind: 'sent', messageId: message.id } };
    case 'rejected':
      return {
        result: 'done',
        paceMs,
        apply: failure(message, reply.code ?? 'rejected', reply.reason ?? 'WhatsApp refused the message'),
      };
    case 'not_connected':
      return waiting(
        message,
        NOT_CONNECTED_BASE_MS + fullJitter(attempts, NOT_CONNECTED_BASE_MS, NOT_CONNECTED_CAP_MS, random),
      );
    case 'unknown':
      // It may have left: again under the same key id, which the recipient sees once, and never sooner than the pace.
      return {
        result: 'retry',
        paceMs,
        afterMs: Math.max(paceMs, fullJitter(attempts, pace.maxMs, UNKNOWN_CAP_MS, random)),
      };
    default:
      return reply.outcome satisfies never;
  }
}

function waiting({ id }: DueMessage, afterMs: number): Outcome<MessageOutcome> {
  return { result: 'retry', afterMs, apply: { kind: 'waiting', messageId: id } };
}

/** It was not sent in time. */
export function expiry(message: Pick<DueMessage, 'id' | 'workspaceId'>): MessageOutcome & Failure {
  return failure(message, 'expired', 'The message could not be sent within 24 hours');
}

function failure(
  { id, workspaceId }: Pick<DueMessage, 'id' | 'workspaceId'>,
  code: string,
  reason: string,
): MessageOutcome & Failure {
  return { kind: 'failed', messageId: id, workspaceId, code, reason };
}
