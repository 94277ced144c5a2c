import type { DeviceId } from '../delivery/device-queue.js';
import type { Receipts, ReceiptSubject } from '../delivery/receipts.js';
import type { Journal } from '../journal/journal.js';
import type { MediaServer } from '../media/media-server.js';
import { groupOf } from '../nodes/address.js';
import type { PreKeyBundle } from '../signal/libsignal.js';
import type { MessageBody } from '../signal/message-body.js';
import type { Envelope, MessageReader } from '../signal/message-reader.js';
import type { PhoneKeys } from '../signal/phone-keys.js';
import { toBuffer, type Store } from '../storage/store.js';
import type { Person } from './person.js';
import { Screen } from './screen.js';

/**
 * A message on its way to a simulated phone: from a linked device, encrypted; or `plain` from another simulated phone
 * (device 0), as its text in UTF-8.
 */
export interface Arrival {
  to: Person;
  from: DeviceId;
  id: string;
  /** The address the sender wrote to, a person's or a group's. */
  chatJid: string;
  type: Envelope;
  bytes: Buffer;
  at: Date;
}

/** What became of an arrival before anybody saw it. */
export type Opened =
  | { arrival: Arrival; outcome: 'waiting' }
  | { arrival: Arrival; outcome: 'read'; body: MessageBody }
  | { arrival: Arrival; outcome: 'unreadable'; error: string };

/** A phone asks this often for a message that it cannot read. */
const MOST_RETRIES = 5;
/** From the second time on it sends keys for a new session along, as real phones do. */
const RETRIES_WITHOUT_KEYS = 1;

/** Simulated phones on the receiving side: decrypt, show, confirm, ask again. Call within a unit. */
export class PhoneInbox {
  constructor(
    private readonly store: Store,
    private readonly signal: { reader: MessageReader; keys: PhoneKeys },
    private readonly receipts: Receipts,
    private readonly screen: Screen,
    private readonly journal: Journal,
    private readonly media: MediaServer,
  ) {}

  /** Decrypts; a phone that is offline leaves the message with the server. */
  async open(arrival: Arrival): Promise<Opened> {
    if (!arrival.to.online) return { arrival, outcome: 'waiting' };
    try {
      const body = await this.signal.reader.read(arrival.to.phone, arrival.from, arrival);
      return { arrival, outcome: 'read', body };
    } catch (error) {
      return { arrival, outcome: 'unreadable', error: (error as Error).message };
    }
  }

  /** Shows what was opened and sends the receipts. */
  accept(opened: Opened): void {
    if (opened.outcome === 'waiting') this.keep(opened.arrival);
    else if (opened.outcome === 'unreadable') this.askAgain(opened.arrival, opened.error);
    else this.show(opened.arrival, opened.body);
  }

  /** The phone is reachable again and takes what waited for it. */
  async comeOnline(person: Person): Promise<void> {
    const waiting = this.store.list<WaitingRow>(
      'SELECT * FROM waiting WHERE phone = ? ORDER BY seq',
      person.phone,
    );
    this.store.run('DELETE FROM waiting WHERE phone = ?', person.phone);
    for (const row of waiting) {
      this.accept(
        await this.open({
          to: person,
          from: { phone: row.from_phone, device: row.from_device },
          id: row.id,
          chatJid: row.chat_jid,
          type: row.type,
          bytes: toBuffer(row.ciphertext),
          at: new Date(row.received_at),
        }),
      );
    }
  }

  /**
   * The phone asks the devices that may have sent a message to encrypt it again, as if it could not show it any more.
   * @param withKeys whether it offers keys for a new session
   * @returns whether the phone ever got this message
   */
  demand(person: Person, message: { from: string; id: string; withKeys: boolean }, to: DeviceId[]): boolean {
    const chatJid = this.screen.chatOf(person.phone, message.from, message.id);
    if (chatJid === undefined) return false;
    const subject = { account: message.from, phone: person.phone, chatJid, id: message.id };
    const count = message.withKeys ? RETRIES_WITHOUT_KEYS + 1 : 1;
    for (const device of to) this.receipts.postRetry(device, subject, count, this.keysFor(person, count));
    return true;
  }

  /** The person reads everything on the screen. */
  readAll(person: Person): void {
    for (const subject of this.screen.markRead(person.phone)) this.receipts.post(subject, 'read');
  }

  /** Whether somebody has ever written to this phone, in a chat with it alone. */
  hasHeardFrom(phone: string, from: string): boolean {
    const where = "phone = ?1 AND from_phone = ?2 AND chat_jid NOT LIKE '%@g.us'";
    const sql = `SELECT 1 FROM shown WHERE ${where} UNION ALL SELECT 1 FROM waiting WHERE ${where} LIMIT 1`;
    return this.store.find(sql, phone, from) !== undefined;
  }

  private show({ to, from, id, chatJid, at }: Arrival, body: MessageBody): void {
    this.store.run(
      'DELETE FROM unreadable WHERE phone = ? AND from_phone = ? AND id = ?',
      to.phone,
      from.phone,
      id,
    );
    const ownCopy = to.phone === from.phone;
    if (body.text !== undefined) {
      this.screen.show({
        phone: to.phone,
        from: from.phone,
        id,
        chatJid: body.sentTo ?? chatJid,
        text: body.text,
        media: body.media && this.media.show(body.media),
        at,
      });
    }
    if (ownCopy) return;
    const subject: ReceiptSubject = { account: from.phone, phone: to.phone, chatJid, id };
    this.receipts.post(subject, 'delivered');
    if (to.readsMessages && body.text !== undefined) {
      this.screen.markRead(to.phone, from.phone, id);
      this.receipts.post(subject, 'read');
    }
  }

  private keep({ to, from, id, chatJid, type, bytes, at }: Arrival): void {
    this.store.run(
      `INSERT INTO waiting (phone, from_phone, from_device, id, chat_jid, type, ciphertext, received_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      to.phone,
      from.phone,
      from.device,
      id,
      chatJid,
      type,
      bytes,
      at.toISOString(),
    );
  }

  private askAgain({ to, from, id, chatJid }: Arrival, error: string): void {
    const noted = { phone: to.phone, from: from.phone, group: groupOf(chatJid), id, error };
    if (this.screen.countAgain(to.phone, from.phone, id)) {
      // A copy of what the screen shows already. Nobody misses it.
      this.journal.append('message_unreadable', { ...noted, retry: 0, shown: true });
      return;
    }
    const { asked } = this.store.find<{ asked: number }>(
      `INSERT INTO unreadable (phone, from_phone, id, asked) VALUES (?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET asked = asked + 1 RETURNING asked`,
      to.phone,
      from.phone,
      id,
    )!;
    const retry = asked <= MOST_RETRIES ? asked : 0;
    this.journal.append('message_unreadable', { ...noted, retry, shown: false });
    if (retry === 0) return;
    const ownCopy = to.phone === from.phone && !groupOf(chatJid);
    this.receipts.postRetry(
      from,
      {
        account: from.phone,
        phone: to.phone,
        chatJid: ownCopy ? `${to.phone.slice(1)}@s.whatsapp.net` : chatJid,
        id,
      },
      retry,
      this.keysFor(to, retry),
      ownCopy ? chatJid : undefined,
    );
  }

  /** What goes along with a retry receipt. */
  private keysFor({ phone }: Person, count: number): { registrationId: number; bundle?: PreKeyBundle } {
    return {
      registrationId: this.signal.keys.of(phone).registrationId,
      bundle: count > RETRIES_WITHOUT_KEYS ? this.signal.keys.publish(phone) : undefined,
    };
  }
}

interface WaitingRow {
  from_phone: string;
  from_device: number;
  id: string;
  chat_jid: string;
  type: Envelope;
  ciphertext: Uint8Array;
  received_at: string;
}
