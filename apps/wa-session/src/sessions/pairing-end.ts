import type { PairingProgress } from './account-record.js';

const QR_REFERENCES_USED_UP = 408;

/** How linking ended without a linked account, by the code with which the connection closed, in a sentence for the person with the phone. */
export function pairingEnd(how: number | 'passkey_needed'): PairingProgress {
  switch (how) {
    case QR_REFERENCES_USED_UP:
      return {
        state: 'expired',
        detail: 'Nobody linked a phone in time. Start again when the phone is at hand.',
      };
    case 'passkey_needed':
      return {
        state: 'failed',
        detail:
          'WhatsApp asks this account for a passkey to link devices, which only its own apps can answer. Link another number, or try again another day: WhatsApp asks some accounts, and not always.',
      };
    case 401:
      return {
        state: 'failed',
        detail: 'The phone did not accept the link. Start again, and use the newest QR or code.',
      };
    default:
      return { state: 'failed', detail: 'The connection was lost while linking. Start again.' };
  }
}
