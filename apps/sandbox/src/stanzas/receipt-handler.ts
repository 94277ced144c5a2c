import type { Courier } from '../delivery/courier.js';
import type { DeviceQueue } from '../delivery/device-queue.js';
import type { OnlineDevice } from '../delivery/online-device.js';
import type { Traffic } from '../delivery/traffic.js';
import type { Conditions } from '../faults/conditions.js';
import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { addressingOf, groupOf, jidOf, parseAddress, peerJidOf } from '../nodes/address.js';
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
    private readonly notes: { journal: Journal; conditions: Conditions },
  ) {}

  async handle(sender: OnlineDevice, stanza: Node, arrivedAt: Date): Promise<void> {
    const { id = '', to, participant, type } = stanza.attrs;
    const peer = this.people.directory.findByJid(peerJidOf(stanza.attrs));
    const ids = [id, ...childrenOf(childOf(stanza, 'list'), 'item').map((item) => item.attrs.id ?? '')];
    // An unread device calls its delivered receipts inactive.
    const named = type === undefined || type === 'inactive' ? 'delivered' : type;
    if (this.notes.conditions.dropsReceipt(sender.id.phone)) {
      const lost = { ...sender.id, id, peer: peer?.phone, group: groupOf(to), type: named };
      this.notes.journal.append('receipt_dropped', lost, arrivedAt);
      return;
    }
    for (const each of ids) {
      this.traffic.of(sender.id).countReceipt(named);
      const noted = { ...sender.id, id: each, peer: peer?.phone, group: groupOf(to) };
      this.notes.journal.append('receipt_from_device', { ...noted, type: named }, arrivedAt);
      if (named === 'retry') await this.sendAgain(sender, stanza, peer);
      else if (peer && this.mail.queue.confirmMessage(sender.id, each, peer.phone)) {
        this.notes.journal.append('message_confirmed', noted);
      }
      if (peer && (named === 'delivered' || named === 'read')) this.passOn(sender, peer, each, stanza);
    }
    const ack = node('ack', { class: 'receipt', from: to, participant, id, type, t: stanzaTime() });
    this.store.afterCommit(() => sender.send(ack));
  }

  private async sendAgain(sender: OnlineDevice, stanza: Node, peer: Person | undefined): Promise<void> {
    const author = authorJidOf(stanza);
    const writer = this.people.directory.findByJid(author);
    if (!writer || !peer) return;
    const device = parseAddress(author)?.device ?? 0;
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
    const id = stanza.attrs.id ?? '';
    const attrs = { ...this.origin(sender, stanza), id, type: 'retry', t: stanzaTime() };
    this.mail.courier.post(to, {
      class: 'receipt',
      id,
      type: 'retry',
      peer: sender.id.phone,
      stanza: node('receipt', attrs, stanza.content),
    });
  }

  /** The other side may have linked devices, too; they learn what happened to their message. */
  private passOn(sender: OnlineDevice, peer: Person, id: string, stanza: Node): void {
    if (peer.phone === sender.id.phone) return;
    const type = stanza.attrs.type === 'read' ? 'read' : undefined;
    const attrs = { ...this.origin(sender, stanza), id, type, t: stanzaTime() };
    for (const { device } of this.people.devices.of(peer.phone)) {
      this.mail.courier.post(
        { phone: peer.phone, device },
        {
          class: 'receipt',
          id,
          type: type ?? '',
          peer: sender.id.phone,
          stanza: node('receipt', attrs),
        },
      );
    }
  }

  /** From whom a receipt comes, in the form in which the device wrote to the author. */
  private origin(sender: OnlineDevice, stanza: Node): { from: string; participant?: string } {
    const person = this.people.directory.find(sender.id.phone)!;
    const own = jidOf(person, addressingOf(authorJidOf(stanza) ?? ''), sender.id.device);
    const group = groupOf(stanza.attrs.to);
    return group ? { from: group, participant: own } : { from: own };
  }
}

/** The device that wrote what the receipt is about. */
function authorJidOf({ attrs }: Node): string | undefined {
  return groupOf(attrs.to) ? attrs.participant : attrs.to;
}
