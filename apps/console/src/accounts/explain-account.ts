import type { AccountState } from '@waypost/persistence';

export interface AccountCondition {
  state: AccountState;
  /** WhatsApp's or the session's own words, when there are any. */
  stateReason: string | null;
  retryAt: Date | null;
  queueLength: number;
}

/** One sentence that answers "why is nothing being sent?". */
export function explainAccount(account: AccountCondition): string {
  const { queueLength } = account;
  const waiting =
    queueLength === 0 ? '' : `${queueLength} ${queueLength === 1 ? 'message waits' : 'messages wait'}: `;
  const sentence = waiting + reason(account);
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function reason({ state, stateReason, retryAt, queueLength }: AccountCondition): string {
  const because = stateReason ? ` (${stateReason})` : '';
  switch (state) {
    case 'unlinked':
      return 'the account is not linked to a phone yet; start a pairing and scan its QR.';
    case 'pairing':
      return 'the account is being linked; scan the QR, or enter the code, on the phone.';
    case 'connecting':
      return 'the account is connecting to WhatsApp; sending goes on when it is connected.';
    case 'backing_off': {
      const when = retryAt ? `at ${retryAt.toISOString().slice(0, 19)}Z` : 'by itself, soon';
      return `the connection to WhatsApp was lost${because}; the account connects again ${when}.`;
    }
    case 'logged_out':
      return `the phone logged this device out${because}; link the account again.`;
    case 'conflict':
      return `another session took this account over${because}; end that one, then reconnect.`;
    case 'stopped':
      return `the account is stopped${because}; reconnect it to send.`;
    case 'connected':
      return queueLength === 0
        ? 'nothing waits, and what is queued now leaves at once.'
        : 'the account sends one after another, about 2 seconds apart.';
  }
}
