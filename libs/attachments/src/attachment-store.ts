/**
 * Keeps the contents of files between fetching and sending, by the id of their `file` row. Every call has a deadline and rejects when the
 * store is away; each may be repeated.
 */
export interface AttachmentStore {
  /** Durable when it resolves. An earlier content of the same file is replaced. */
  put(fileId: string, content: Buffer): Promise<void>;
  /** @returns undefined when the store has no content of this file */
  get(fileId: string): Promise<Buffer | undefined>;
  /** What is not there is deleted already. */
  delete(fileIds: readonly string[]): Promise<void>;
  /** Ends its own connections; calls in flight are broken off. */
  close(): Promise<void>;
}
