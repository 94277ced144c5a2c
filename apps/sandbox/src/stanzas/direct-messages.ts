import { bareJid } from '@waypost/kernel';
import type { Courier } from '../delivery/courier.js';
import type { OnlineDevice } from '../delivery/online-device.js';
import type { Conditions } from '../faults/conditions.js';
import { addressingOf, jidOf, parseAddress } from '../nodes/address.js';
import { bytesOf, childOf, node, stanzaTime, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { Opened, PhoneInbox } from '../people/phone-inbox.js';
import { fanOutOf, type Addressed, type MessageRoute } from './message-route.js';

const NEW_CHATS_LOCKED = 463;

/** Messages from a linked device to one person. Call within a unit. */
export class DirectMessages implements MessageRoute {
  constructor(
    private readonly directory: Directory,
    private readonly inbox: PhoneInbox,
    private readonly courier: Courier,
    private readonly conditions: Conditions,
  ) {}

  /** While new chats are locked, only who has written to the account can be written to. */
  refusal(sender: OnlineDevice, { attrs }: Node): number | undefined {
    const account = sender.id.phone;
    if (!this.conditions.newChatsLockedUntil(account, new Date())) return undefined;
    const other = this.directory.findByJid(attrs.recipient ?? attrs.to)?.phone;
    if (other === account) return undefined;
    return other !== undefined && this.inbox.hasHeardFrom(account, other) ? undefined : NEW_CHATS_LOCKED;
  }

  async open(sender: OnlineDevice, stanza: Node, at: Date): Promise<Opened[]> {
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
}

/** Whom a message is for: each device with its own ciphertext, or the one addressee of a message sent again. */
function addressees(stanza: Node): Addressed[] {
  const fanOut = fanOutOf(stanza);
  if (fanOut.length > 0) return fanOut;
  const enc = childOf(stanza, 'enc');
  return enc && stanza.attrs.to ? [{ jid: stanza.attrs.to, enc }] : [];
}
