/** A request that can become a message, as far as the request itself tells. */
export interface SendOrder {
  /** Where to: a person's address, with its phone number (`+` and digits) if it is one, or a chat of the workspace. */
  to: { jid: string; phone?: string } | { chatId: string };
  /** Which account sends, as `+` and digits; absent: the one that connected last. */
  accountPhone?: string;
  text: string;
  /** Credits. */
  cost: number;
}

/** What is decided in the database about one request. */
export interface AcceptRequest {
  messageId: string;
  keyId: string;
  tokenHash: Buffer;
  /** Absent: the request is wrong in itself, only its token is looked up. */
  order?: SendOrder;
}

/** What became of one request. */
export type Verdict =
  | { kind: 'accepted' }
  /** The token is valid and the webhook enabled; nothing else was asked. */
  | { kind: 'token_valid' }
  | { kind: 'webhook_not_found' | 'webhook_disabled' }
  | { kind: 'chat_not_found' | 'group_chat' | 'account_not_found' | 'no_account_connected' }
  | { kind: 'account_not_connected'; state: string }
  | { kind: 'insufficient_credits'; available: number }
  /** Nothing was accepted, and the same request may work later. */
  | { kind: 'unavailable'; reason: string }
  /** The database refused this very request, for a reason that the code should have seen before. */
  | { kind: 'failed' };
