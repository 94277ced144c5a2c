import type { PairingProgress } from './account-record.js';

const QR_REFERENCES_USED_UP = 408;

/** Shown beside a QR that replaced one which was scanned already. */
export const SCAN_AGAIN =
  'WhatsApp asked for a new QR, so the phone could not link with the former one. Scan this one.';

export type NoLink =
  | 'passkey_needed'
  | 'code_refused'
  /** This instance of the session service is told to stop. */
  | 'instance_stops'
  /** Somebody wants to link an account that is linked, and waits to connect again. */
  | 'linked_already';

/** How linking ended without a linked account, by the code with which the connection closed or another reason, in a sentence for the person with the phone. */
export function pairingEnd(how: number | NoLink): PairingProgress {
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
    case 'code_refused':
      return {
        state: 'failed',
        detail: 'WhatsApp gives no code for this number now. Check the number, or link by QR.',
      };
    case 'instance_stops':
      return {
        state: 'failed',
        detail: 'The session service was restarted or scaled down while linking. Start again.',
      };
    case 'linked_already':
      return {
        state: 'failed',
        detail:
          'This account is still linked, and connects again by itself. To link it anew, log it out first.',
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
