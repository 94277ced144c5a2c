import type { Courier } from '../delivery/courier.js';
import { keyOf, type OnlineDevice } from '../delivery/online-device.js';
import type { DeviceId } from '../delivery/device-queue.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { parseAddress } from '../nodes/address.js';
import { childOf, childrenOf, encodeNode, node, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import { groupEnvelope } from '../people/group-stanza.js';
import { isMember, type Group, type Groups } from '../people/groups.js';
import type { Opened, PhoneInbox } from '../people/phone-inbox.js';
import { fanOutOf, type MessageRoute } from './message-route.js';

const NO_MEMBER = 403;
const NO_GROUP = 404;

/** Messages from a linked device to a group. Call within a unit. */
export class GroupMessages implements MessageRoute {
  constructor(
    private readonly directory: Directory,
    private readonly groups: Groups,
    private readonly devices: LinkedDevices,
    private readonly inbox: PhoneInbox,
    private readonly courier: Courier,
  ) {}

  refusal(sender: OnlineDevice, { attrs }: Node): number | undefined {
    const group = this.groups.find(attrs.to ?? '');
    if (!group) return NO_GROUP;
    return isMember(group, sender.id.phone) ? undefined : NO_MEMBER;
  }

  /**
   * The server knows the members, so each of their devices gets the message, whether the sender gave it a key or not:
   * one that has none asks for it. The sender's other devices and own phone are among them.
   */
  async open(sender: OnlineDevice, stanza: Node, at: Date): Promise<Opened[]> {
    const group = this.groups.find(stanza.attrs.to!)!;
    const opened: Opened[] = [];
    for (const { id, encs } of this.copies(sender, stanza, group)) {
      if (id.device === 0) {
        opened.push(
          await this.inbox.open({
            to: this.directory.find(id.phone)!,
            from: sender.id,
            id: stanza.attrs.id!,
            chatJid: group.jid,
            type: 'group',
            bytes: encodeNode(node('message', {}, encs)),
            at,
          }),
        );
      } else {
        this.passOn(sender, stanza, group, { id, encs }, at);
      }
    }
    return opened;
  }

  private copies(sender: OnlineDevice, stanza: Node, group: Group): Copy[] {
    const own = new Map(fanOutOf(stanza).map(({ jid, enc }) => [this.keyOfJid(jid), enc]));
    const forAll = childrenOf(stanza, 'enc');
    const only = stanza.attrs.participant && this.keyOfJid(stanza.attrs.participant);
    return this.devicesOf(group)
      .filter((id) => keyOf(id) !== keyOf(sender.id) && (!only || keyOf(id) === only))
      .map((id) => {
        const key = own.get(keyOf(id));
        return { id, encs: key ? [key, ...forAll] : forAll };
      });
  }

  private devicesOf(group: Group): DeviceId[] {
    return group.members
      .filter(({ onWhatsApp }) => onWhatsApp)
      .flatMap(({ phone }) => [{ phone, device: 0 }, ...this.devices.of(phone)]);
  }

  private keyOfJid(jid: string): string {
    const phone = this.directory.findByJid(jid)?.phone ?? '';
    return keyOf({ phone, device: parseAddress(jid)?.device ?? 0 });
  }

  private passOn(sender: OnlineDevice, stanza: Node, group: Group, { id, encs }: Copy, at: Date): void {
    const person = this.directory.find(sender.id.phone)!;
    const author = { person, device: sender.id.device };
    const { id: messageId = '', type = 'text' } = stanza.attrs;
    const attrs = { ...groupEnvelope(group, author, messageId, at), type };
    const identity = childOf(stanza, 'device-identity');
    this.courier.post(
      { phone: id.phone, device: id.device },
      {
        class: 'message',
        id: messageId,
        type: 'text',
        peer: person.phone,
        stanza: node('message', attrs, identity ? [...encs, identity] : encs),
      },
    );
  }
}

interface Copy {
  id: DeviceId;
  encs: Node[];
}
