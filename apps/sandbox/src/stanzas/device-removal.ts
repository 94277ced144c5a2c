import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { node, type Node } from '../nodes/node.js';
import type { Store } from '../storage/store.js';
import { has, IqError, type Iq } from './iq.js';

/** `xmlns=md` of a logged-in device: it logs itself out. Call within a unit. */
export class DeviceRemoval {
  constructor(
    private readonly store: Store,
    private readonly devices: LinkedDevices,
    private readonly journal: Journal,
  ) {}

  answer(iq: Iq): Node[] {
    if (!has(iq, 'remove-companion-device')) throw new IqError(400, 'bad-request');
    const { phone, device } = iq.device;
    this.devices.remove(phone, device);
    this.journal.append('device_removed', { phone, device, by: 'device' });
    this.store.afterCommit(() => {
      iq.sender.send(node('stream:error', { code: '401' }, [node('conflict', { type: 'device_removed' })]));
      iq.sender.connection.close('logged out by the device');
    });
    return [];
  }
}
