import type { CreditEntry } from './use-credits.js';

export const reasonWords: Record<CreditEntry['reason'], string> = {
  grant: 'Added by an owner',
  charge: 'Message sent',
  refund: 'Given back: the message failed',
  allowance: 'Monthly allowance',
  expiry: 'Rest of last month’s allowance ended',
};
