/** A request that can become a message, as far as the request itself tells. */
export interface SendOrder {
  /** Where to: an address, with its phone number (`+` and digits) if it is one, or a chat of the workspace. */
  to: { jid: string; phone?: string } | { chatId: string } | { chatName: string };
  /** Which account sends, as `+` and digits; absent: the one that connected last. */
  accountPhone?: string;
  /** May be empty with a file. */
  text: string;
  file?: { url: string; name: string };
  /** Credits. */
  cost: number;
}

/** The answer to a request: the message's key id with status 200, the sentence of a refusal with any other. */
export interface Decision {
  status: number;
  /** Whose its token is; null: nobody's. Undefined: it was not looked up. */
  workspaceId?: string | null;
  message?: string;
  keyId?: string;
}

/** What is decided in the database about one request. */
export interface AcceptRequest {
  messageId: string;
  keyId: string;
  tokenHash: Buffer;
  /** What to send, or why the request is wrong in itself. Only its token, then, comes before that. */
  asked: { order: SendOrder } | { refusal: { status: number; message: string } };
  /** The Idempotency-Key of an order, with the SHA-256 of the body. */
  idempotency?: { key: string; bodyHash: Buffer };
  /** For the log of attempts. */
  attempt: Attempt;
}

export interface Attempt {
  /** The client's. */
  address: string;
  /** The bytes that came; absent when they were not read. */
  body?: Buffer;
  /** Names of fields that mean nothing here. */
  ignoredFields: readonly string[];
  /** By `performance.now()`. */
  arrivedAt: number;
}
