import type { Journal } from '../journal/journal.js';
import { groupOf } from '../nodes/address.js';
import { node } from '../nodes/node.js';
import type { Store } from '../storage/store.js';
import type { DeviceId, DeviceQueue, QueuedStanza, QueueEntry } from './device-queue.js';
import type { Duplicates } from './duplicates.js';
import type { OnlineDevice, OnlineDevices } from './online-device.js';

const BATCH = 200;

/**
 * Brings queued stanzas to devices. Everything goes through the queue, so nothing overtakes: what waited goes first, and
 * what comes live waits until the device is active. Call within a unit.
 */
export class Courier {
  constructor(
    private readonly store: Store,
    private readonly queue: DeviceQueue,
    private readonly online: OnlineDevices,
    private readonly duplicates: Duplicates,
    private readonly journal: Journal,
  ) {}

  /** Queues a stanza; an active device gets it as soon as the unit is durable. */
  post(id: DeviceId, entry: QueuedStanza, refusalsDue = 0): void {
    this.queue.add(id, entry, refusalsDue);
    if (entry.class === 'message') {
      const group = groupOf(entry.stanza.attrs.from);
      this.journal.append('message_queued', { ...id, id: entry.id, peer: entry.peer, group });
    }
    this.store.afterCommit(() => {
      const device = this.online.find(id);
      if (device) this.deliver(device);
    });
  }

  /** The device is ready for what comes. With a backlog it first hears how long it is, and asks for it. */
  activate(device: OnlineDevice): void {
    if (device.state !== 'logged_in') return;
    const waiting = this.queue.count(device.id);
    device.backlogThrough = waiting.last;
    const count = waiting.message + waiting.receipt + waiting.notification;
    this.journal.append('active', { ...device.id, connection: device.connection.id, backlog: count });
    this.store.afterCommit(() => {
      if (count === 0) {
        device.state = 'active';
        device.send(node('ib', { from: 's.whatsapp.net' }, [node('offline', { count: '0' })]));
        this.deliver(device);
        return;
      }
      device.state = 'announced';
      const preview = node('offline_preview', {
        count: String(count),
        message: String(waiting.message),
        receipt: String(waiting.receipt),
        notification: String(waiting.notification),
        appdata: '0',
        call: '0',
      });
      device.send(node('ib', { from: 's.whatsapp.net' }, [preview]));
    });
  }

  /** The device asks for its backlog: all of it goes out, then the mark that ends it, then what came since. */
  sendBacklog(device: OnlineDevice): void {
    if (device.state !== 'announced') return;
    this.store.afterCommit(() => {
      device.state = 'active';
      this.deliverUpTo(device, device.backlogThrough);
      device.send(
        node('ib', { from: 's.whatsapp.net' }, [node('offline', { count: String(device.backlogSent) })]),
      );
      this.deliver(device);
    });
  }

  private deliver(device: OnlineDevice): void {
    if (device.state === 'active') this.deliverUpTo(device, Number.MAX_SAFE_INTEGER);
  }

  private deliverUpTo(device: OnlineDevice, last: number): void {
    for (;;) {
      const entries = this.queue.after(device.id, device.sentThrough, BATCH).filter(({ seq }) => seq <= last);
      for (const entry of entries) {
        if (!this.deliverOne(device, entry)) return;
      }
      if (entries.length < BATCH) return;
    }
  }

  private deliverOne(device: OnlineDevice, entry: QueueEntry): boolean {
    const offline = entry.seq <= device.backlogThrough;
    const stanza = entry.stanza;
    if (offline) stanza.attrs.offline = String(device.backlogSent++);
    if (!device.send(stanza)) return false;
    device.sentThrough = entry.seq;
    this.queue.markSent(entry.seq);
    this.record(device, entry, offline);
    const duplicate = entry.class === 'message' ? this.duplicates.of(device.id.phone, stanza) : undefined;
    if (duplicate) {
      device.send(duplicate);
      this.record(device, { ...entry, attempts: entry.attempts + 1 }, offline);
    }
    return true;
  }

  private record(device: OnlineDevice, entry: QueueEntry, offline: boolean): void {
    const group = groupOf(entry.stanza.attrs.from);
    const fields = { ...device.id, connection: device.connection.id, id: entry.id, peer: entry.peer, group };
    if (entry.class === 'message') {
      this.journal.append('message_sent', { ...fields, attempt: entry.attempts + 1, offline });
    } else if (entry.class === 'receipt') {
      const type = entry.type || 'delivered';
      this.journal.append('receipt_sent', { ...fields, type, attempt: entry.attempts + 1, offline });
    }
  }
}
