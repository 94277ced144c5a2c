import { randomBytes } from 'node:crypto';
import type { Courier } from '../delivery/courier.js';
import type { DeviceId, DeviceQueue } from '../delivery/device-queue.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { groupOf, jidOf } from '../nodes/address.js';
import { node, stanzaTime } from '../nodes/node.js';
import { firstSync } from '../signal/first-sync.js';
import { historyOnDemand } from '../signal/history-sync.js';
import type { PreKeyBundle } from '../signal/libsignal.js';
import { senderKeyBody, sentCopy } from '../signal/message-body.js';
import type { SenderKeys } from '../signal/sender-keys.js';
import type { Sessions } from '../signal/sessions.js';
import type { DeviceSealer } from './device-sealer.js';
import type { Person } from './person.js';
import type { PhoneHistory } from './phone-history.js';
import type { WrittenMessage, WrittenMessages } from './written-messages.js';

/** A message id as phones make them. */
export const newPhoneMessageId = (): string => `3A${randomBytes(9).toString('hex').toUpperCase()}`;

/** After this many requests for the same message a phone gives up. */
const MOST_RESENDS = 5;

/** Simulated phones on the sending side: encrypt for each linked device, and again when asked. Call within a unit. */
export class PhoneOutbox {
  constructor(
    private readonly written: WrittenMessages,
    private readonly signal: { sessions: Sessions; senderKeys: SenderKeys; sealer: DeviceSealer },
    private readonly devices: LinkedDevices,
    private readonly mail: { courier: Courier; queue: DeviceQueue },
    private readonly history: PhoneHistory,
  ) {}

  /**
   * A person writes on their phone: the other side's linked devices get it, and their own get a copy.
   * @param body the encoded message, not padded
   */
  async write(writer: Person, to: Person, id: string, body: Buffer, at: Date): Promise<void> {
    for (const { device } of this.devices.of(to.phone)) {
      const attrs = directAttrs(writer, id, at);
      await this.send(writer, { phone: to.phone, device }, writer.phone, { attrs, body });
    }
    const copy = sentCopy(body, jidOf(to, to.addressing));
    for (const { device } of this.devices.of(writer.phone)) {
      const attrs = copyAttrs(writer, to, id, at);
      await this.send(writer, { phone: writer.phone, device }, to.phone, { attrs, body: copy });
    }
  }

  /** A device that was just linked becomes ready for the first time: the owner's phone tells it what it must know. */
  async welcome(owner: Person, to: DeviceId, at: Date): Promise<void> {
    if (!this.devices.takeFirstSync(to.phone, to.device)) return;
    for (const body of firstSync(this.history.of(owner), at)) await this.tell(owner, to, body, at);
  }

  /** A phone tells a linked device of the owner what it shows, as when the device asks for older messages. */
  async shareHistory(owner: Person, to: DeviceId, at: Date): Promise<void> {
    await this.tell(owner, to, historyOnDemand(this.history.of(owner)), at);
  }

  /**
   * A device could not read what this person wrote.
   * @param peer the phone of the chat; in a group the writer's
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
    const message = this.written.find(writer, to, id);
    if (!message || count > MOST_RESENDS) return false;
    if (fresh) {
      await this.signal.sessions.start(writer.phone, to, fresh);
    } else if (!this.devices.hasRegistration(to.phone, to.device, registrationId)) {
      return false;
    }
    const refusalsDue = this.mail.queue.takeUnreadable(to, id, peer);
    const body = await this.withSenderKey(writer, message);
    await this.encryptAndPost(writer, to, peer, { ...message, body }, { count, refusalsDue });
    return true;
  }

  /** Who asks again for a group message may lack the writer's key, so it comes along. */
  private async withSenderKey(writer: Person, { attrs, body }: WrittenMessage): Promise<Buffer> {
    const group = groupOf(attrs.from);
    if (!group) return body;
    return Buffer.concat([
      body,
      senderKeyBody(group, await this.signal.senderKeys.distribution(writer.phone, group)),
    ]);
  }

  private async tell(owner: Person, to: DeviceId, body: Buffer, at: Date): Promise<void> {
    const from = jidOf(owner, 'pn');
    const attrs = { from, id: newPhoneMessageId(), type: 'text', category: 'peer', t: stanzaTime(at) };
    await this.send(owner, to, owner.phone, { attrs, body });
  }

  private async send(writer: Person, to: DeviceId, peer: string, message: WrittenMessage): Promise<void> {
    this.written.keep(writer, to, message);
    await this.encryptAndPost(writer, to, peer, message);
  }

  private async encryptAndPost(
    writer: Person,
    to: DeviceId,
    peer: string,
    { attrs, body }: WrittenMessage,
    again?: { count: number; refusalsDue: number },
  ): Promise<void> {
    const enc = await this.signal.sealer.seal(writer, to, body, again?.count);
    if (!enc) return;
    const stanza = node('message', attrs, [enc]);
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
