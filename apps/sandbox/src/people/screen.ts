import type { ReceiptSubject } from '../delivery/receipts.js';
import type { Journal } from '../journal/journal.js';
import type { ShownMedia } from '../media/media-server.js';
import { groupOf } from '../nodes/address.js';
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
  media?: ShownMedia;
  at: Date;
}

/** A message as a person sees it. */
export interface ShownMessage {
  id: string;
  from: string;
  /** Only for what the owner wrote on another device to one person: the phone of the chat. */
  to?: string;
  /** Only in a group: its JID. */
  group?: string;
  text: string;
  media?: ShownMedia;
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

  show({ phone, from, id, chatJid, text, media, at }: NewOnScreen): void {
    const to = this.phoneOf(chatJid) ?? chatJid;
    const { times, seq } = this.store.find<{ times: number; seq: number }>(
      `INSERT INTO shown (phone, from_phone, to_phone, id, chat_jid, text, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times, seq`,
      phone,
      from,
      to,
      id,
      chatJid,
      text,
      at.toISOString(),
    )!;
    if (times > 1) return;
    if (media)
      this.store.run('INSERT INTO shown_media (seq, media) VALUES (?, ?)', seq, JSON.stringify(media));
    const group = groupOf(chatJid);
    this.journal.append('message_shown', { phone, from, to, group, id, text, media: media?.kind });
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

  /** The address that a message was written to, if the phone shows it. */
  chatOf(phone: string, from: string, id: string): string | undefined {
    const sql = 'SELECT chat_jid FROM shown WHERE phone = ? AND from_phone = ? AND id = ?';
    return this.store.find<{ chat_jid: string }>(sql, phone, from, id)?.chat_jid;
  }

  list(phone: string): ShownMessage[] {
    return this.store
      .list<ShownRow>(
        `SELECT phone, id, from_phone, to_phone, text, received_at, times, media
           FROM shown LEFT JOIN shown_media USING (seq) WHERE phone = ? ORDER BY seq`,
        phone,
      )
      .map(toShown);
  }

  /** What the phones of a group's members show of it, each message once; the writer's own phone does not count. */
  listGroup(jid: string): Omit<ShownMessage, 'to' | 'group'>[] {
    return this.store
      .list<ShownRow>(
        `SELECT id, from_phone, text, min(received_at) AS received_at, max(times) AS times, max(media) AS media
           FROM shown LEFT JOIN shown_media USING (seq) WHERE chat_jid = ? AND phone <> from_phone
           GROUP BY from_phone, id ORDER BY min(seq)`,
        jid,
      )
      .map(toShown);
  }

  /** Whether some phone shows a message of a group with this writer and id. */
  hasInGroup(jid: string, from: string, id: string): boolean {
    const sql = 'SELECT 1 FROM shown WHERE chat_jid = ? AND from_phone = ? AND id = ?';
    return this.store.find(sql, jid, from, id) !== undefined;
  }
}

interface ShownRow {
  phone?: string;
  id: string;
  from_phone: string;
  to_phone?: string;
  text: string;
  received_at: string;
  times: number;
  media: string | null;
}

function toShown(row: ShownRow): ShownMessage {
  const group = groupOf(row.to_phone);
  return {
    id: row.id,
    from: row.from_phone,
    ...(row.from_phone === row.phone && !group ? { to: row.to_phone } : {}),
    ...(group ? { group } : {}),
    text: row.text,
    ...(row.media === null ? {} : { media: JSON.parse(row.media) as ShownMedia }),
    receivedAt: row.received_at,
    timesReceived: row.times,
  };
}
