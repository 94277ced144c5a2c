import type { AccountState } from '@waypost/persistence';

export interface AccountCondition {
  state: AccountState;
  /** Why, as the session tells it: a clause. */
  stateReason: string | null;
  /** When an account that backs off connects again, or a ban ends. */
  retryAt: Date | null;
  queueLength: number;
  /** Those of the queue that are held outside the lane: their files are being fetched, or new chats are locked. */
  held: number;
  /** Until when WhatsApp lets the account write to known contacts only; null when it does not. */
  newChatsLockedUntil: Date | null;
  /** Somebody asked for it, and it is not done. */
  loggingOut: boolean;
  /** It wants a session, and nobody has held it for a while. */
  withoutOwner: boolean;
  /** WhatsApp has to say whether the next message's number is there, and does not. */
  looksUp: boolean;
}

/** One sentence that answers "why is nothing being sent?". */
export function explainAccount(account: AccountCondition): string {
  const { queueLength } = account;
  const waiting =
    queueLength === 0 ? '' : `${queueLength} ${queueLength === 1 ? 'message waits' : 'messages wait'}: `;
  const sentence = waiting + reason(account);
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function reason(account: AccountCondition): string {
  const { state, stateReason, retryAt, loggingOut, withoutOwner } = account;
  if (withoutOwner) {
    return 'no instance of the session service holds the account; it goes on as soon as one runs that has room for it.';
  }
  if (loggingOut) return 'the account is being logged out at WhatsApp; link it again to send.';
  switch (state) {
    case 'unlinked':
      return 'the account is not linked to a phone yet; start a pairing and scan its QR.';
    case 'pairing':
      return 'the account is being linked; scan the QR, or enter the code, on the phone.';
    case 'connecting':
      return stateReason
        ? `${stateReason}; sending goes on when the account is connected.`
        : 'the account is connecting to WhatsApp; sending goes on when it is connected.';
    case 'backing_off': {
      const when = retryAt ? `at ${time(retryAt)}` : 'by itself, as soon as that is over';
      return `${stateReason ?? 'the connection to WhatsApp was lost'}; the account connects again ${when}.`;
    }
    case 'logged_out':
      return `${stateReason ?? 'the phone removed this device'}; link the account again.`;
    case 'conflict':
      return `${stateReason ?? 'another program keeps using this linked device'}; end that one, then reconnect the account.`;
    case 'stopped':
      return retryAt
        ? `${stateReason ?? 'WhatsApp banned this account for a time'}; it connects again by itself at ${time(retryAt)}.`
        : `${stateReason ?? 'the account is stopped'}; when that is settled, reconnect the account.`;
    case 'connected':
      return whileConnected(account);
  }
}

function whileConnected({ newChatsLockedUntil, queueLength, held, looksUp }: AccountCondition): string {
  if (newChatsLockedUntil) {
    return `WhatsApp lets this account write to known contacts only until ${time(newChatsLockedUntil)}; messages to new ones wait.`;
  }
  if (queueLength === 0) return 'nothing waits, and what is queued now leaves at once.';
  if (held === queueLength) return 'files are being fetched, and a chat goes on when its file is there.';
  if (looksUp) return 'WhatsApp has not answered yet whether the next recipient’s number is there.';
  return 'the account sends one after another, with a pause after each.';
}

function time(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
