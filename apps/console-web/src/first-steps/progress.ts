import type { Account } from '../accounts/account-words.js';
import type { Chat } from '../chats/use-chats.js';

export interface Situation {
  accounts: Pick<Account, 'state'>[];
  balance: number;
  inboundUrl: string | null;
  chats: Pick<Chat, 'lastMessage'>[];
}

export interface Progress {
  linked: boolean;
  funded: boolean;
  hasUrl: boolean;
  sent: boolean;
  delivered: boolean;
}

/** How far a workspace has come on its way to the first delivered message. */
export function progressOf({ accounts, balance, inboundUrl, chats }: Situation): Progress {
  const last = chats.flatMap(({ lastMessage }) => (lastMessage ? [lastMessage] : []));
  // Somebody who answers has got what was sent.
  const delivered = last.some(({ state }) => ['delivered', 'read', 'received'].includes(state));
  return {
    linked: accounts.some(({ state }) => state === 'connected'),
    funded: balance > 0 || last.length > 0,
    hasUrl: inboundUrl !== null,
    sent: last.length > 0,
    delivered,
  };
}
