import { randomBytes } from 'node:crypto';
import type { Courier } from '../delivery/courier.js';
import type { DeviceId } from '../delivery/device-queue.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { node, SERVER_JID, stanzaTime } from '../nodes/node.js';

const LOW = 5;

/** Tells a device that its one-time pre-keys at the server run low, so that it uploads new ones. Call within a unit. */
export class PreKeyAlarm {
  constructor(
    private readonly devices: LinkedDevices,
    private readonly courier: Courier,
  ) {}

  /** To be called after a key was taken: speaks once, when the count falls below the mark. */
  check(id: DeviceId): void {
    const left = this.devices.countPreKeys(id.phone, id.device);
    if (left !== LOW - 1) return;
    const attrs = { from: SERVER_JID, type: 'encrypt', id: randomBytes(8).toString('hex'), t: stanzaTime() };
    this.courier.post(id, {
      class: 'notification',
      id: attrs.id,
      type: attrs.type,
      peer: '',
      stanza: node('notification', attrs, [node('count', { value: String(left) })]),
    });
  }
}
