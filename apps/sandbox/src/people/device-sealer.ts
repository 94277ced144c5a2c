import type { DeviceId } from '../delivery/device-queue.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { node, type Node } from '../nodes/node.js';
import { pad } from '../signal/message-body.js';
import type { Sessions } from '../signal/sessions.js';
import type { PreKeyAlarm } from '../stanzas/pre-key-alarm.js';
import type { Person } from './person.js';

/** Encrypts what a phone writes for one linked device. Call within a unit. */
export class DeviceSealer {
  constructor(
    private readonly sessions: Sessions,
    private readonly devices: LinkedDevices,
    private readonly alarm: PreKeyAlarm,
  ) {}

  /**
   * In the session that there is, or in a new one from what the device published.
   * @param count for what the device asked again: which request it was
   * @returns the `<enc>` node; undefined when the device does not exist any more
   */
  async seal(writer: Person, to: DeviceId, body: Buffer, count?: number): Promise<Node | undefined> {
    if (!this.sessions.has(writer.phone, to)) {
      const bundle = this.devices.takeBundle(to.phone, to.device);
      if (!bundle) return undefined;
      await this.sessions.start(writer.phone, to, bundle);
      this.alarm.check(to);
    }
    const { type, bytes } = await this.sessions.encrypt(writer.phone, to, pad(body));
    return node('enc', { v: '2', type, count: count === undefined ? undefined : String(count) }, bytes);
  }
}
