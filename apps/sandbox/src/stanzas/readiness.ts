import type { Courier } from '../delivery/courier.js';
import type { Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { PhoneOutbox } from '../people/phone-outbox.js';
import { has, type Iq } from './iq.js';

/** `xmlns=passive`: a device says that it is ready for messages. Call within a unit. */
export class Readiness {
  constructor(
    private readonly courier: Courier,
    private readonly directory: Directory,
    private readonly outbox: PhoneOutbox,
  ) {}

  async answer(iq: Iq): Promise<Node[]> {
    if (!has(iq, 'active')) return [];
    this.courier.activate(iq.sender);
    // After what waited: Baileys takes the history only when it has the backlog behind it.
    await this.outbox.welcome(this.directory.find(iq.device.phone)!, iq.device, new Date());
    return [];
  }
}
