import { randomBytes } from 'node:crypto';
import type { Courier } from '../delivery/courier.js';
import type { DeviceId, DeviceQueue } from '../delivery/device-queue.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { jidOf } from '../nodes/address.js';
import { node, stanzaTime, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import type { PreKeyBundle } from '../signal/libsignal.js';
import { firstSync } from '../signal/first-sync.js';
import { pad, sentCopy, textBody } from '../signal/message-body.js';
import type { Sessions } from '../signal/sessions.js';
import { toBuffer, type Store } from '../storage/store.js';
import type { PreKeyAlarm } from '../stanzas/pre-key-alarm.js';
import type { Person } from './person.js';

/** A message id as phones make them. */
export const newPhoneMessageId = (): string => `3A${randomBytes(9).toString('hex').toUpperCase()}`;

/** After this many requests for the same message a phone gives up. */
const MOST_RESENDS = 5;
const WRITTEN_KEPT = 50_000;

/** Simulated phones on the sending side: encrypt for each linked device, and again when asked. Call within a unit. */
export class PhoneOutbox {
  constructor(
    private readonly store: Store,
    private readonly sessions: Sessions,
    private readonly devices: LinkedDevices,
    private readonly mail: { courier: Courier; queue: DeviceQueue },
    private readonly alarm: PreKeyAlarm,
  ) {}

  /** A person writes on their phone: the other side's linked devices get it, and their own get a copy. */
  async write(writer: Person, to: Person, id: string, text: string, at: Date): Promise<void> {
    const body = textBody(text);
    for (const { device } of this.devices.of(to.phone)) {
      await this.send(writer, { phone: to.phone, device }, writer.phone, directAttrs(writer, id, at), body);
    }
    const chatJid = jidOf(to, to.addressing);
    for (const { device } of this.devices.of(writer.phone)) {
      const copy = sentCopy(body, chatJid);
      await this.send(writer, { phone: writer.phone, device }, to.phone, copyAttrs(writer, to, id, at), copy);
    }
  }

  /** A device that was just linked becomes ready for the first time: the owner's phone tells it what it must know. */
  async welcome(owner: Person, to: DeviceId, at: Date): Promise<void> {
    if (!this.devices.takeFirstSync(to.phone, to.device)) return;
    const own = { pnJid: jidOf(owner, 'pn'), lidJid: jidOf(owner, 'lid') };
    for (const body of firstSync(own, at)) {
      const id = newPhoneMessageId();
      const attrs = { from: own.pnJid, id, type: 'text', category: 'peer', t: stanzaTime(at) };
      await this.send(owner, to, owner.phone, attrs, body);
    }
  }

  /**
   * A device could not read what this person wrote.
   * @param peer the phone of the chat
   * @param count which request this is, from 1
   * @param fresh the keys it sent for a new session, if any
   * @returns whether a new copy is on its way
   */
  async resend(
    writer: Person,
    to: DeviceId,
    request: { id: string; peer: string; count: number; registrationId: number; fresh?: PreKeyBundle },
  ): Promise<boolean> {
    const { id, peer, count, registrationId, fresh } = request;
    const row = this.store.find<{ attrs: string; plaintext: Uint8Array }>(
      'SELECT attrs, plaintext FROM written WHERE phone = ? AND device = ? AND writer = ? AND id = ?',
      to.phone,
      to.device,
      writer.phone,
      id,
    );
    if (!row || count > MOST_RESENDS) return false;
    if (fresh) {
      await this.sessions.start(writer.phone, to, fresh);
    } else if (!this.devices.hasRegistration(to.phone, to.device, registrationId)) {
      return false;
    }
    const refusalsDue = this.mail.queue.takeUnreadable(to, id, peer);
    const attrs = JSON.parse(row.attrs) as Record<string, string>;
    await this.encryptAndPost(writer, to, peer, attrs, toBuffer(row.plaintext), { count, refusalsDue });
    return true;
  }

  private async send(
    writer: Person,
    to: DeviceId,
    peer: string,
    attrs: Record<string, string | undefined>,
    body: Buffer,
  ): Promise<void> {
    const { changes, id: seq } = this.store.run(
      `INSERT INTO written (writer, phone, device, id, attrs, plaintext) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
      writer.phone,
      to.phone,
      to.device,
      attrs.id!,
      JSON.stringify(attrs),
      body,
    );
    if (changes === 0) {
      throw new Refusal(
        'conflict',
        `${writer.phone} has written a message with the id ${attrs.id} before; use a new id.`,
      );
    }
    if (seq % 1000 === 0) this.store.run('DELETE FROM written WHERE seq <= ?', seq - WRITTEN_KEPT);
    await this.encryptAndPost(writer, to, peer, attrs, body);
  }

  private async encryptAndPost(
    writer: Person,
    to: DeviceId,
    peer: string,
    attrs: Record<string, string | undefined>,
    body: Buffer,
    again?: { count: number; refusalsDue: number },
  ): Promise<void> {
    if (!this.sessions.has(writer.phone, to)) {
      const bundle = this.devices.takeBundle(to.phone, to.device);
      if (!bundle) return;
      await this.sessions.start(writer.phone, to, bundle);
      this.alarm.check(to);
    }
    const { type, bytes } = await this.sessions.encrypt(writer.phone, to, pad(body));
    const enc = node('enc', { v: '2', type, count: again && String(again.count) }, bytes);
    const stanza: Node = node('message', attrs, [enc]);
    this.mail.courier.post(
      to,
      { class: 'message', id: attrs.id!, type: 'text', peer, stanza },
      again?.refusalsDue,
    );
  }
}

/** The envelope of a message from one person to another, in the form in which the writer appears. */
function directAttrs(writer: Person, id: string, at: Date): Record<string, string> {
  const envelope = {
    from: jidOf(writer, writer.addressing),
    id,
    type: 'text',
    t: stanzaTime(at),
    notify: writer.name,
  };
  return writer.addressing === 'lid'
    ? { ...envelope, addressing_mode: 'lid', sender_pn: jidOf(writer, 'pn') }
    : { ...envelope, sender_lid: jidOf(writer, 'lid') };
}

/** The envelope of the owner's own message on its way to their linked devices. */
function copyAttrs(writer: Person, to: Person, id: string, at: Date): Record<string, string> {
  const form = to.addressing;
  const envelope = {
    from: jidOf(writer, form),
    recipient: jidOf(to, form),
    id,
    type: 'text',
    t: stanzaTime(at),
    notify: writer.name,
  };
  return form === 'lid'
    ? { ...envelope, addressing_mode: 'lid', peer_recipient_pn: jidOf(to, 'pn') }
    : { ...envelope, peer_recipient_lid: jidOf(to, 'lid') };
}
