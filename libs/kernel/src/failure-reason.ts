/** WhatsApp lets an account write to known contacts only, for a time. */
export const NEW_CHATS_LOCKED = '463';

const SENTENCES: Record<string, string> = {
  expired: 'The message could not be sent within 24 hours',
  account_removed: 'The account was removed before the message was sent',
  not_on_whatsapp: 'This number is not on WhatsApp',
  file_missing: 'The file is not stored any more; send the message again',
  [NEW_CHATS_LOCKED]: 'WhatsApp does not let this account write to new contacts at present',
};

/** The sentence for people that goes with a failure's code: ours, or the one that came with a code of WhatsApp's. */
export function failureReason(code: string, told?: string): string {
  return SENTENCES[code] ?? told ?? `WhatsApp refused the message (${code})`;
}
