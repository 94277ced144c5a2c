import type { DeviceQueue } from '../delivery/device-queue.js';
import type { OnlineDevice } from '../delivery/online-device.js';
import type { Journal } from '../journal/journal.js';
import { groupOf, peerJidOf } from '../nodes/address.js';
import type { Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';

/** Acks from linked devices: what was queued has arrived, or was refused. Call within a unit. */
export class AckHandler {
  constructor(
    private readonly directory: Directory,
    private readonly queue: DeviceQueue,
    private readonly journal: Journal,
  ) {}

  handle(sender: OnlineDevice, stanza: Node, arrivedAt: Date): void {
    const { id = '', class: kind, type = '', error } = stanza.attrs;
    if (kind === 'receipt' || kind === 'notification') {
      this.queue.confirmOther(sender.id, kind, id, type);
      return;
    }
    if (kind !== 'message') return;
    const peer = this.directory.findByJid(peerJidOf(stanza.attrs))?.phone ?? '';
    const noted = { ...sender.id, id, peer, group: groupOf(stanza.attrs.to) };
    if (error === undefined) {
      if (this.queue.confirmMessage(sender.id, id, peer)) {
        this.journal.append('message_confirmed', noted, arrivedAt);
      }
      return;
    }
    const dropped = this.queue.refuseMessage(sender.id, id, peer);
    this.journal.append('message_refused', { ...noted, code: Number(error), dropped }, arrivedAt);
  }
}
