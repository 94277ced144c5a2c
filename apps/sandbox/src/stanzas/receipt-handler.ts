import type { Courier } from '../delivery/courier.js';
import type { DeviceQueue } from '../delivery/device-queue.js';
import type { OnlineDevice } from '../delivery/online-device.js';
import type { Traffic } from '../delivery/traffic.js';
import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { jidOf, parseAddress, addressingOf } from '../nodes/address.js';
import { childOf, childrenOf, node, numberOf, stanzaTime, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { Person } from '../people/person.js';
import type { PhoneOutbox } from '../people/phone-outbox.js';
import type { Store } from '../storage/store.js';
import { readRetryBundle } from './key-nodes.js';

/** Receipts from linked devices: they confirm what was queued, or ask for it again. Call within a unit. */
export class ReceiptHandler {
  constructor(
    private readonly store: Store,
    private readonly people: { directory: Directory; devices: LinkedDevices; outbox: PhoneOutbox },
    private readonly mail: { queue: DeviceQueue; courier: Courier },
    private readonly traffic: Traffic,
    private readonly journal: Journal,
  ) {}

  async handle(sender: OnlineDevice, stanza: Node, arrivedAt: Date): Promise<void> {
    const { id = '', to, recipient, type } = stanza.attrs;
    const peer = this.people.directory.findByJid(recipient ?? to);
    const ids = [id, ...childrenOf(childOf(stanza, 'list'), 'item').map((item) => item.attrs.id ?? '')];
    // An unread device calls its delivered receipts inactive.
    const named = type === undefined || type === 'inactive' ? 'delivered' : type;
    for (const each of ids) {
      this.traffic.of(sender.id).countReceipt(named);
      this.journal.append(
        'receipt_from_device',
        { ...sender.id, id: each, peer: peer?.phone, type: named },
        arrivedAt,
      );
      if (named === 'retry') await this.sendAgain(sender, stanza, peer);
      else if (peer && this.mail.queue.confirmMessage(sender.id, each, peer.phone)) {
        this.journal.append('message_confirmed', { ...sender.id, id: each, peer: peer.phone });
      }
      if (peer && (named === 'delivered' || named === 'read')) this.passOn(sender, peer, each, stanza);
    }
    const ack = node('ack', { class: 'receipt', from: to, id, type, t: stanzaTime() });
    this.store.afterCommit(() => sender.send(ack));
  }

  private async sendAgain(sender: OnlineDevice, stanza: Node, peer: Person | undefined): Promise<void> {
    const writer = this.people.directory.findByJid(stanza.attrs.to);
    if (!writer || !peer) return;
    const device = parseAddress(stanza.attrs.to)?.device ?? 0;
    if (device !== 0) {
      this.passRetryOn(sender, stanza, { phone: writer.phone, device });
      return;
    }
    await this.people.outbox.resend(writer, sender.id, {
      id: stanza.attrs.id ?? '',
      peer: peer.phone,
      count: Number(childOf(stanza, 'retry')?.attrs.count ?? 1),
      registrationId: numberOf(childOf(stanza, 'registration')),
      fresh: readRetryBundle(stanza),
    });
  }

  /** Another linked device wrote the message: it has to encrypt it again. */
  private passRetryOn(sender: OnlineDevice, stanza: Node, to: { phone: string; device: number }): void {
    const person = this.people.directory.find(sender.id.phone)!;
    const from = jidOf(person, addressingOf(stanza.attrs.to ?? ''), sender.id.device);
    const id = stanza.attrs.id ?? '';
    const forwarded = node('receipt', { from, id, type: 'retry', t: stanzaTime() }, stanza.content);
    this.mail.courier.post(to, {
      class: 'receipt',
      id,
      type: 'retry',
      peer: person.phone,
      stanza: forwarded,
    });
  }

  /** The other side may have linked devices, too; they learn what happened to their message. */
  private passOn(sender: OnlineDevice, peer: Person, id: string, stanza: Node): void {
    if (peer.phone === sender.id.phone) return;
    const type = stanza.attrs.type === 'read' ? 'read' : undefined;
    const person = this.people.directory.find(sender.id.phone)!;
    const from = jidOf(person, addressingOf(stanza.attrs.to ?? ''), sender.id.device);
    for (const { device } of this.people.devices.of(peer.phone)) {
      this.mail.courier.post(
        { phone: peer.phone, device },
        {
          class: 'receipt',
          id,
          type: type ?? '',
          peer: person.phone,
          stanza: node('receipt', { from, id, type, t: stanzaTime() }),
        },
      );
    }
  }
}
