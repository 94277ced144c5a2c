import type { LinkedDevices } from '../linking/linked-devices.js';
import { groupOf } from '../nodes/address.js';
import { bigEndian, node, stanzaTime } from '../nodes/node.js';
import type { Groups } from '../people/groups.js';
import type { PreKeyBundle } from '../signal/libsignal.js';
import { publicOf, keyNode, signedKeyNode } from '../stanzas/key-nodes.js';
import type { Courier } from './courier.js';
import type { DeviceId } from './device-queue.js';

/** A phone's word about a message that an account sent. */
export interface ReceiptSubject {
  /** The account that sent the message. */
  account: string;
  /** The phone that got it. */
  phone: string;
  /** The address the account wrote to, a person's or a group's. */
  chatJid: string;
  id: string;
}

/** Sends the receipts of simulated phones to the account's linked devices. Call within a unit. */
export class Receipts {
  constructor(
    private readonly devices: LinkedDevices,
    private readonly groups: Groups,
    private readonly courier: Courier,
  ) {}

  /** Every linked device of the account learns what happened to its message. */
  post(subject: ReceiptSubject, type: 'delivered' | 'read'): void {
    const attr = type === 'delivered' ? undefined : type;
    const stanza = node('receipt', { ...this.origin(subject), id: subject.id, type: attr, t: stanzaTime() });
    for (const { device } of this.devices.of(subject.account)) {
      this.courier.post(
        { phone: subject.account, device },
        { class: 'receipt', id: subject.id, type: attr ?? '', peer: subject.phone, stanza },
      );
    }
  }

  /**
   * Asks the device that sent a message to encrypt it again.
   * @param count how often this phone asked before and now, from 1
   * @param own keys for a new session; without them the sender tries the one it has
   * @param recipient for the owner's own copy: the chat it belongs to
   */
  postRetry(
    device: DeviceId,
    subject: ReceiptSubject,
    count: number,
    own: { registrationId: number; bundle?: PreKeyBundle },
    recipient?: string,
  ): void {
    const content = [
      node('retry', { count: String(count), id: subject.id, t: stanzaTime(), v: '1' }),
      node('registration', {}, bigEndian(own.registrationId, 4)),
    ];
    if (own.bundle) {
      content.push(
        node('keys', {}, [
          node('type', {}, Buffer.from([5])),
          node('identity', {}, publicOf(own.bundle.identityKey)),
          ...(own.bundle.preKey ? [keyNode(own.bundle.preKey)] : []),
          signedKeyNode(own.bundle.signedPreKey),
        ]),
      );
    }
    const attrs = { ...this.origin(subject), id: subject.id, type: 'retry', recipient, t: stanzaTime() };
    this.courier.post(device, {
      class: 'receipt',
      id: subject.id,
      type: 'retry',
      peer: subject.phone,
      stanza: node('receipt', attrs, content),
    });
  }

  /** A group says which of its members speaks. */
  private origin({ chatJid, phone }: ReceiptSubject): { from: string; participant?: string } {
    const group = groupOf(chatJid);
    return group ? { from: group, participant: this.groups.memberJid(group, phone) } : { from: chatJid };
  }
}
