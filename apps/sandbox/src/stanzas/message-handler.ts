import { bareJid } from '@waypost/kernel';
import type { Courier } from '../delivery/courier.js';
import type { OnlineDevice } from '../delivery/online-device.js';
import type { Conditions } from '../faults/conditions.js';
import type { Journal } from '../journal/journal.js';
import { addressingOf, jidOf, parseAddress } from '../nodes/address.js';
import { bytesOf, childOf, childrenOf, node, stanzaTime, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { Opened, PhoneInbox } from '../people/phone-inbox.js';
import type { Store } from '../storage/store.js';

const NOT_SUPPORTED = 479;

interface Addressed {
  jid: string;
  enc: Node;
}

/** Messages from linked devices. Call within a unit. */
export class MessageHandler {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly inbox: PhoneInbox,
    private readonly courier: Courier,
    private readonly notes: { journal: Journal; conditions: Conditions },
  ) {}

  async handle(sender: OnlineDevice, stanza: Node, arrivedAt: Date): Promise<void> {
    const { journal, conditions } = this.notes;
    const { id = '', to = '' } = stanza.attrs;
    if (!parseAddress(to)) {
      journal.append('unsupported', { ...sender.id, tag: 'message', to }, arrivedAt);
      this.acknowledge(sender, stanza, NOT_SUPPORTED);
      return;
    }
    const times = this.countArrival(sender.id.phone, id);
    const rejection = conditions.takeRejection(sender.id.phone);
    if (rejection !== undefined) {
      journal.append(
        'message_rejected',
        { ...sender.id, id, to, code: rejection, timesReceived: times },
        arrivedAt,
      );
      this.acknowledge(sender, stanza, rejection);
      return;
    }
    const opened = await this.open(sender, stanza, arrivedAt);
    const text = opened
      .map((each) => (each.outcome === 'read' ? each.body.text : undefined))
      .find((t) => t !== undefined);
    const toPhone = this.directory.findByJid(to)?.phone ?? to;
    journal.append(
      'message_from_device',
      { ...sender.id, id, to: toPhone, text, timesReceived: times },
      arrivedAt,
    );
    // The ack is asked for first, so it leaves before the receipts of the phones.
    this.acknowledge(sender, stanza);
    for (const each of opened) this.inbox.accept(each);
  }

  /** Decrypts at simulated phones, and passes on what is for linked devices. */
  private async open(sender: OnlineDevice, stanza: Node, at: Date): Promise<Opened[]> {
    const chatJid = bareJid(stanza.attrs.recipient ?? stanza.attrs.to ?? '')!;
    const opened: Opened[] = [];
    for (const { jid, enc } of addressees(stanza)) {
      const device = parseAddress(jid)?.device ?? 0;
      const to = this.directory.reachByJid(jid);
      if (!to) continue;
      if (device === 0) {
        const type = enc.attrs.type === 'pkmsg' ? 'pkmsg' : 'msg';
        opened.push(
          await this.inbox.open({
            to,
            from: sender.id,
            id: stanza.attrs.id!,
            chatJid,
            type,
            bytes: bytesOf(enc),
            at,
          }),
        );
      } else {
        this.passOn(sender, stanza, { phone: to.phone, device }, { jid, enc });
      }
    }
    return opened;
  }

  private passOn(
    sender: OnlineDevice,
    stanza: Node,
    to: { phone: string; device: number },
    { jid, enc }: Addressed,
  ): void {
    const writer = this.directory.find(sender.id.phone)!;
    const form = addressingOf(jid);
    const own = to.phone === writer.phone;
    const attrs = {
      from: jidOf(writer, form, sender.id.device),
      recipient: own ? stanza.attrs.to : undefined,
      id: stanza.attrs.id!,
      type: stanza.attrs.type ?? 'text',
      t: stanzaTime(),
      notify: writer.name,
      addressing_mode: form === 'lid' ? 'lid' : undefined,
      ...(own
        ? {}
        : form === 'lid'
          ? { sender_pn: jidOf(writer, 'pn') }
          : { sender_lid: jidOf(writer, 'lid') }),
    };
    const peer = own ? (this.directory.findByJid(stanza.attrs.to)?.phone ?? '') : writer.phone;
    const identity = childOf(stanza, 'device-identity');
    const content = identity ? [enc, identity] : [enc];
    this.courier.post(to, {
      class: 'message',
      id: attrs.id,
      type: 'text',
      peer,
      stanza: node('message', attrs, content),
    });
  }

  private acknowledge(sender: OnlineDevice, stanza: Node, code?: number): void {
    const { journal, conditions } = this.notes;
    const { id = '', to } = stanza.attrs;
    const error = code === undefined ? undefined : String(code);
    const ack = node('ack', { class: 'message', from: to, id, t: stanzaTime(), error });
    this.store.afterCommit(() => {
      if (conditions.dropsAck(sender.id.phone)) {
        journal.append('ack_dropped', { ...sender.id, id });
      } else if (sender.send(ack)) {
        journal.append('ack_sent', { ...sender.id, id, error: code });
      }
    });
  }

  private countArrival(phone: string, id: string): number {
    return this.store.find<{ times: number }>(
      `INSERT INTO arrival (phone, id, times) VALUES (?, ?, 1)
         ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times`,
      phone,
      id,
    )!.times;
  }
}

/** Whom a message is for: each device with its own ciphertext, or the one addressee of a message sent again. */
function addressees(stanza: Node): Addressed[] {
  const fanOut = childrenOf(childOf(stanza, 'participants'), 'to');
  if (fanOut.length > 0) {
    return fanOut.flatMap((to) => {
      const enc = childOf(to, 'enc');
      return enc && to.attrs.jid ? [{ jid: to.attrs.jid, enc }] : [];
    });
  }
  const enc = childOf(stanza, 'enc');
  return enc && stanza.attrs.to ? [{ jid: stanza.attrs.to, enc }] : [];
}
