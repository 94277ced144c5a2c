import type { Store } from '../storage/store.js';

/** What can be in the journal; docs/sandbox.md says which fields each kind has. */
export type JournalKind =
  | 'connection_opened'
  | 'connection_closed'
  | 'pairing_offered'
  | 'paired'
  | 'pairing_failed'
  | 'login'
  | 'login_refused'
  | 'active'
  | 'device_removed'
  | 'pre_keys_uploaded'
  | 'keys_fetched'
  | 'message_from_device'
  | 'message_rejected'
  | 'message_shown'
  | 'message_unreadable'
  | 'ack_sent'
  | 'ack_dropped'
  | 'message_queued'
  | 'message_sent'
  | 'message_confirmed'
  | 'message_refused'
  | 'receipt_from_device'
  | 'receipt_dropped'
  | 'receipt_sent'
  | 'fault'
  | 'unsupported';

export interface JournalEntry {
  seq: number;
  /** ISO time with milliseconds; for what a device sent, the arrival of its frame. */
  at: string;
  kind: JournalKind;
  [field: string]: unknown;
}

const KEPT_ENTRIES = 100_000;
const TRIM_EVERY = 1_000;

/** Everything the network saw, in order. Written in the same transaction as what it tells; keeps the latest 100,000. */
export class Journal {
  constructor(private readonly store: Store) {}

  append(kind: JournalKind, fields: Record<string, unknown>, at: Date = new Date()): void {
    const { id } = this.store.run(
      'INSERT INTO journal (at, kind, data) VALUES (?, ?, ?)',
      at.toISOString(),
      kind,
      JSON.stringify(fields),
    );
    if (id % TRIM_EVERY === 0) this.store.run('DELETE FROM journal WHERE seq <= ?', id - KEPT_ENTRIES);
  }

  /** Entries after `after`, at most `limit`; `nextAfter` is the `after` of the next call. */
  list(after: number, limit: number): { items: JournalEntry[]; nextAfter: number } {
    const rows = this.store.list<{ seq: number; at: string; kind: JournalKind; data: string }>(
      'SELECT seq, at, kind, data FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
      after,
      limit,
    );
    const items = rows.map(
      ({ seq, at, kind, data }) => ({ seq, at, kind, ...JSON.parse(data) }) as JournalEntry,
    );
    return { items, nextAfter: items.at(-1)?.seq ?? after };
  }
}
