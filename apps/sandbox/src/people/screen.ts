import type { ReceiptSubject } from '../delivery/receipts.js';
import type { Journal } from '../journal/journal.js';
import type { Store } from '../storage/store.js';

export interface NewOnScreen {
  /** Whose phone shows it. */
  phone: string;
  /** Who wrote it: somebody else, or the owner on another device. */
  from: string;
  id: string;
  /** The address it was written to. */
  chatJid: string;
  text: string;
  at: Date;
}

/** A message as a person sees it. */
export interface ShownMessage {
  id: string;
  from: string;
  /** Only for what the owner wrote on another device: the phone of the chat. */
  to?: string;
  text: string;
  /** ISO time of the first arrival. */
  receivedAt: string;
  /** How often the same id arrived. */
  timesReceived: number;
}

/** What phones show. A person sees one id of one writer once. Call within a unit. */
export class Screen {
  constructor(
    private readonly store: Store,
    private readonly phoneOf: (jid: string) => string | undefined,
    private readonly journal: Journal,
  ) {}

  show({ phone, from, id, chatJid, text, at }: NewOnScreen): void {
    const to = this.phoneOf(chatJid) ?? chatJid;
    const { times } = this.store.find<{ times: number }>(
      `INSERT INTO shown (phone, from_phone, to_phone, id, chat_jid, text, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times`,
      phone,
      from,
      to,
      id,
      chatJid,
      text,
      at.toISOString(),
    )!;
    if (times === 1) this.journal.append('message_shown', { phone, from, to, id, text });
  }

  /** The same id came again. @returns whether the screen shows it */
  countAgain(phone: string, from: string, id: string): boolean {
    const { changes } = this.store.run(
      'UPDATE shown SET times = times + 1 WHERE phone = ? AND from_phone = ? AND id = ?',
      phone,
      from,
      id,
    );
    return changes > 0;
  }

  /** Marks as read what is not, all of it or one message. @returns what was unread */
  markRead(phone: string, from?: string, id?: string): ReceiptSubject[] {
    return this.store
      .list<{ from_phone: string; chat_jid: string; id: string }>(
        `UPDATE shown SET read = 1 WHERE phone = ?1 AND read = 0 AND from_phone <> ?1
           AND (?2 IS NULL OR from_phone = ?2) AND (?3 IS NULL OR id = ?3) RETURNING from_phone, chat_jid, id, seq`,
        phone,
        from ?? null,
        id ?? null,
      )
      .map((row) => ({ account: row.from_phone, phone, chatJid: row.chat_jid, id: row.id }));
  }

  list(phone: string): ShownMessage[] {
    return this.store
      .list<{
        id: string;
        from_phone: string;
        to_phone: string;
        text: string;
        received_at: string;
        times: number;
      }>(
        'SELECT id, from_phone, to_phone, text, received_at, times FROM shown WHERE phone = ? ORDER BY seq',
        phone,
      )
      .map((row) => ({
        id: row.id,
        from: row.from_phone,
        ...(row.from_phone === phone ? { to: row.to_phone } : {}),
        text: row.text,
        receivedAt: row.received_at,
        timesReceived: row.times,
      }));
  }
}
