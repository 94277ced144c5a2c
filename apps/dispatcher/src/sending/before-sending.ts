import { jidKind, uniform, type Random } from '@waypost/kernel';
import type { Outcome } from '@waypost/lanes';
import type { DueMessage, Pace } from './due-messages.js';
import { failure, waiting, type MessageOutcome } from './message-outcome.js';

/** What to do with a message whose turn it is. */
export type Turn =
  | { next: 'settle'; outcome: Outcome<MessageOutcome> }
  /** Ask whether the number is on WhatsApp, then send to where it says. */
  | { next: 'look_up' }
  | { next: 'send'; to: string };

/** How long a send may take, and the pause after it, where the account has none of its own. */
export interface SendLimits {
  timeoutMs: number;
  pace: Pace;
}

const NO_OWNER_MIN_MS = 1_000;
const NO_OWNER_MAX_MS = 2_000;

/** What is decided without asking the session's owner. */
export function beforeSending(
  message: DueMessage | undefined,
  { timeoutMs, pace }: SendLimits,
  random?: Random,
): Turn {
  if (!message) return settle({ result: 'done' });
  // What may be in flight ends after the timeout at the latest; from then on its pace counts.
  const inFlightMs =
    message.begunMsAgo === undefined
      ? 0
      : Math.max(0, timeoutMs + (message.pace ?? pace).maxMs - message.begunMsAgo);
  // Decided already, by an earlier settle or by WhatsApp's own receipt: the item has only to leave the lane.
  if (message.state !== 'queued' && message.state !== 'sending') {
    return settle(inFlightMs > 0 ? { result: 'done', paceMs: inFlightMs } : { result: 'done' });
  }
  if (inFlightMs > 0) return settle({ result: 'retry', afterMs: inFlightMs });
  if (message.expired) return settle({ result: 'done', apply: failure(message, 'expired') });
  // Another pod takes the account over soon; attempts say nothing about when.
  if (!message.owner) return settle(waiting(message, uniform(NO_OWNER_MIN_MS, NO_OWNER_MAX_MS, random)));
  if (message.file === 'missing') return settle({ result: 'done', apply: failure(message, 'file_missing') });
  if (message.earlierWaits) return settle(held(message, 'behind'));
  const isGroup = jidKind(message.recipientJid) === 'group';
  if (message.newChatsLocked && !message.heardFrom && !isGroup)
    return settle(held(message, 'new_chats_locked'));
  return recipientOf(message);
}

/**
 * Sending to numbers that are not on WhatsApp gets accounts restricted, so they are looked up first. Who wrote to us is there; an answer that
 * is too old still tells that number's address.
 */
function recipientOf(message: DueMessage): Turn {
  const { recipientJid, check, heardFrom } = message;
  if (jidKind(recipientJid) !== 'phone') return { next: 'send', to: recipientJid };
  if (!check?.fresh && !heardFrom) return { next: 'look_up' };
  if (check?.onWhatsApp) return { next: 'send', to: check.sendTo ?? recipientJid };
  if (check?.fresh && !heardFrom) {
    return settle({ result: 'done', apply: failure(message, 'not_on_whatsapp') });
  }
  return { next: 'send', to: recipientJid };
}

function settle(outcome: Outcome<MessageOutcome>): Turn {
  return { next: 'settle', outcome };
}

function held({ id, chatId }: DueMessage, hold: 'new_chats_locked' | 'behind'): Outcome<MessageOutcome> {
  return { result: 'done', apply: { kind: 'held', messageId: id, chatId, hold } };
}
