import type { LookUpReply, SendReply } from '@waypost/contracts';
import { fullJitter, NEW_CHATS_LOCKED, uniform, type Random } from '@waypost/kernel';
import type { Outcome } from '@waypost/lanes';
import type { DueMessage, Pace } from './due-messages.js';
import { failure, waiting, type MessageOutcome } from './message-outcome.js';

/** What the owner of the session answered, or did not. */
export type SendAnswer = Pick<SendReply, 'outcome' | 'code' | 'reason' | 'newChatsLockedUntil'>;

/** What an answer is weighed against. */
export interface Circumstances {
  /** Earlier claims of the message. */
  attempts: number;
  /** The account's. */
  pace: Pace;
  /** How long new chats count as locked when WhatsApp does not say. */
  newChatsLockMs: number;
  /** Unix milliseconds. */
  now: number;
  random?: Random;
}

const NOT_CONNECTED_BASE_MS = 1_000;
const NOT_CONNECTED_CAP_MS = 9_000;
const UNKNOWN_CAP_MS = 30_000;

/** How the lane and the message go on after the owner was asked to send it. */
export function afterSending(
  message: DueMessage,
  answer: SendAnswer,
  circumstances: Circumstances,
): Outcome<MessageOutcome> {
  const { pace, random } = circumstances;
  switch (answer.outcome) {
    case 'acked':
      return {
        result: 'done',
        paceMs: uniform(pace.minMs, pace.maxMs, random),
        apply: { kind: 'sent', messageId: message.id },
      };
    case 'rejected':
      return {
        result: 'done',
        paceMs: uniform(pace.minMs, pace.maxMs, random),
        apply: rejection(message, answer, circumstances),
      };
    case 'not_connected':
      return notConnected(message, circumstances);
    case 'unknown':
      // It may have left: again under the same key id, which the recipient sees once.
      return { ...again(circumstances), apply: { kind: 'unknown', messageId: message.id } };
    default:
      return answer.outcome satisfies never;
  }
}

/** How it goes on after a look-up; or where to send it. A look-up that went out keeps the pace like a send. */
export function afterLookUp(
  message: DueMessage,
  { outcome, jid }: LookUpReply,
  circumstances: Circumstances,
): Outcome<MessageOutcome> | { sendTo: string } {
  const { pace, random } = circumstances;
  switch (outcome) {
    case 'found':
      return { sendTo: jid ?? message.recipientJid };
    case 'missing':
      return {
        result: 'done',
        paceMs: uniform(pace.minMs, pace.maxMs, random),
        apply: failure(message, 'not_on_whatsapp'),
      };
    case 'not_connected':
      return notConnected(message, circumstances);
    case 'unknown':
      return { ...again(circumstances), apply: { kind: 'waiting', messageId: message.id } };
    default:
      return outcome satisfies never;
  }
}

function rejection(
  message: DueMessage,
  { code = 'rejected', reason, newChatsLockedUntil = 0 }: SendAnswer,
  { now, newChatsLockMs }: Circumstances,
): MessageOutcome {
  const failed = failure(message, code, reason);
  if (code !== NEW_CHATS_LOCKED) return failed;
  const until = newChatsLockedUntil > now ? newChatsLockedUntil : now + newChatsLockMs;
  return { ...failed, newChatsLock: { accountId: message.accountId, until: new Date(until) } };
}

/** Never sooner than the pace. */
function again({ attempts, pace, random }: Circumstances): {
  result: 'retry';
  paceMs: number;
  afterMs: number;
} {
  const paceMs = uniform(pace.minMs, pace.maxMs, random);
  const backOffMs = fullJitter(attempts, pace.maxMs, UNKNOWN_CAP_MS, random);
  return { result: 'retry', paceMs, afterMs: Math.max(paceMs, backOffMs) };
}

function notConnected(message: DueMessage, { attempts, random }: Circumstances): Outcome<MessageOutcome> {
  const backOffMs = fullJitter(attempts, NOT_CONNECTED_BASE_MS, NOT_CONNECTED_CAP_MS, random);
  return waiting(message, NOT_CONNECTED_BASE_MS + backOffMs);
}
