import type { DeviceId } from '../delivery/device-queue.js';
import type { OnlineDevices } from '../delivery/online-device.js';
import type { Journal } from '../journal/journal.js';
import type { Node } from '../nodes/node.js';
import type { Store } from '../storage/store.js';
import { ackNode } from './message-ack.js';

/** Error acks that come after the server had taken a message. A device that is not connected at that time misses them. */
export class LateAcks {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly store: Store,
    private readonly online: OnlineDevices,
    private readonly journal: Journal,
  ) {}

  schedule(afterMs: number, to: DeviceId, message: Node, code: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.store.unit(() => this.store.afterCommit(() => this.send(to, message, code)));
    }, afterMs);
    this.timers.add(timer);
  }

  /** Forgets what has not been sent. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private send(to: DeviceId, message: Node, code: number): void {
    if (this.online.find(to)?.send(ackNode(message, code))) {
      this.journal.append('ack_sent', { ...to, id: message.attrs.id, error: code });
    }
  }
}
