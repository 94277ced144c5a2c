import type { Courier } from '../delivery/courier.js';
import type { DeviceId } from '../delivery/device-queue.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { node, type Node } from '../nodes/node.js';
import { pad, senderKeyBody } from '../signal/message-body.js';
import type { SenderKeys } from '../signal/sender-keys.js';
import type { DeviceSealer } from './device-sealer.js';
import { groupEnvelope } from './group-stanza.js';
import type { Group } from './groups.js';
import type { Person } from './person.js';
import type { WrittenMessages } from './written-messages.js';

/** Simulated phones that write to a group. Call within a unit. */
export class GroupOutbox {
  constructor(
    private readonly written: WrittenMessages,
    private readonly senderKeys: SenderKeys,
    private readonly sealer: DeviceSealer,
    private readonly devices: LinkedDevices,
    private readonly courier: Courier,
  ) {}

  /**
   * Encrypts once, and sends it to every linked device of the members, the writer's own among them. A device that does
   * not have the writer's key yet gets it along.
   * @param body the encoded message, not padded
   */
  async write(writer: Person, group: Group, id: string, body: Buffer, at: Date): Promise<void> {
    const devices = group.members.flatMap(({ phone }) => this.devices.of(phone));
    if (devices.length === 0) return;
    const attrs = groupEnvelope(group, { person: writer, device: 0 }, id, at);
    const distribution = await this.senderKeys.distribution(writer.phone, group.jid);
    const ciphertext = this.senderKeys.encrypt(writer.phone, group.jid, pad(body));
    const text = node('enc', { v: '2', type: 'skmsg' }, ciphertext);
    for (const { phone, device } of devices) {
      const to = { phone, device };
      this.written.keep(writer, to, { attrs, body });
      const key = await this.keyFor(writer, group, to, distribution);
      const stanza = node('message', attrs, [...key, text]);
      this.courier.post(to, { class: 'message', id, type: 'text', peer: writer.phone, stanza });
    }
  }

  private async keyFor(writer: Person, group: Group, to: DeviceId, distribution: Buffer): Promise<Node[]> {
    if (!this.senderKeys.share(writer.phone, group.jid, to)) return [];
    const enc = await this.sealer.seal(writer, to, senderKeyBody(group.jid, distribution));
    return enc ? [enc] : [];
  }
}
