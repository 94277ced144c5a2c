import type { AccountState } from '@waypost/persistence';

export interface AccountCondition {
  state: AccountState;
  /** WhatsApp's or the session's own words, when there are any. */
  stateReason: string | null;
  retryAt: Date | null;
  queueLength: number;
  /** Those of the queue that are held outside the lane: their files are being fetched, or new chats are locked. */
  held: number;
  /** Until when WhatsApp lets the account write to known contacts only; null when it does not. */
  newChatsLockedUntil: Date | null;
}

/** One sentence that answers "why is nothing being sent?". */
export function explainAccount(account: AccountCondition): string {
  const { queueLength } = account;
  const waiting =
    queueLength === 0 ? '' : `${queueLength} ${queueLength === 1 ? 'message waits' : 'messages wait'}: `;
  const sentence = waiting + reason(account);
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function reason({ state, stateReason, retryAt, ...account }: AccountCondition): string {
  const { queueLength, held, newChatsLockedUntil } = account;
  const because = stateReason ? ` (${stateReason})` : '';
  switch (state) {
    case 'unlinked':
      return 'the account is not linked to a phone yet; start a pairing and scan its QR.';
    case 'pairing':
      return 'the account is being linked; scan the QR, or enter the code, on the phone.';
    case 'connecting':
      return 'the account is connecting to WhatsApp; sending goes on when it is connected.';
    case 'backing_off': {
      const when = retryAt ? `at ${time(retryAt)}` : 'by itself, soon';
      return `the connection to WhatsApp was lost${because}; the account connects again ${when}.`;
    }
    case 'logged_out':
      return `the phone logged this device out${because}; link the account again.`;
    case 'conflict':
      return `another session took this account over${because}; end that one, then reconnect.`;
    case 'stopped':
      return `the account is stopped${because}; reconnect it to send.`;
    case 'connected':
      if (newChatsLockedUntil) {
        return `WhatsApp lets this account write to known contacts only until ${time(newChatsLockedUntil)}; messages to new ones wait.`;
      }
      if (queueLength === 0) return 'nothing waits, and what is queued now leaves at once.';
      if (held === queueLength) return 'files are being fetched, and a chat goes on when its file is there.';
      return 'the account sends one after another, with a pause after each.';
  }
}

function time(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
