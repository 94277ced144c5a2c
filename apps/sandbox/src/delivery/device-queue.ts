import { BufferJSON } from '@whiskeysockets/baileys';
import type { Node } from '../nodes/node.js';
import type { Store } from '../storage/store.js';

export interface DeviceId {
  phone: string;
  device: number;
}

/** A stanza that a device has to confirm. */
export interface QueuedStanza {
  class: 'message' | 'receipt' | 'notification';
  id: string;
  /** The stanza's `type` attribute, or '' (receipts of one message differ by it). */
  type: string;
  /** The phone at the other end of the chat, or '' for the server's own notifications. */
  peer: string;
  stanza: Node;
}

export interface QueueEntry {
  seq: number;
  class: QueuedStanza['class'];
  id: string;
  type: string;
  peer: string;
  stanza: Node;
  /** How often it was sent before. */
  attempts: number;
}

/**
 * What linked devices have not confirmed, oldest first. An entry leaves only when the device has said that it has it (a
 * receipt or an ack); after every reconnect all that is left is sent again, in the same order. Call within a unit.
 */
export class DeviceQueue {
  constructor(private readonly store: Store) {}

  add({ phone, device }: DeviceId, entry: QueuedStanza, refusalsDue = 0): void {
    this.store.run(
      `INSERT INTO queued (phone, device, class, id, type, peer, stanza, refusals_due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      phone,
      device,
      entry.class,
      entry.id,
      entry.type,
      entry.peer,
      JSON.stringify(entry.stanza, BufferJSON.replacer),
      refusalsDue,
    );
  }

  /** Entries after `seq`, oldest first. */
  after({ phone, device }: DeviceId, seq: number, limit: number): QueueEntry[] {
    return this.store
      .list<Omit<QueueEntry, 'stanza'> & { stanza: string }>(
        `SELECT seq, class, id, type, peer, stanza, attempts FROM queued
           WHERE phone = ? AND device = ? AND seq > ? ORDER BY seq LIMIT ?`,
        phone,
        device,
        seq,
        limit,
      )
      .map((entry) => ({ ...entry, stanza: JSON.parse(entry.stanza, BufferJSON.reviver) as Node }));
  }

  count({ phone, device }: DeviceId): {
    message: number;
    receipt: number;
    notification: number;
    last: number;
  } {
    return this.store.find(
      `SELECT count(*) FILTER (WHERE class = 'message') AS message,
              count(*) FILTER (WHERE class = 'receipt') AS receipt,
              count(*) FILTER (WHERE class = 'notification') AS notification,
              coalesce(max(seq), 0) AS last
         FROM queued WHERE phone = ? AND device = ?`,
      phone,
      device,
    )!;
  }

  /** Changes how the messages that wait for an account's devices will look when they are sent (again). */
  rewriteMessages(phone: string, rewrite: (stanza: Node) => Node): void {
    const waiting = this.store.list<{ seq: number; stanza: string }>(
      "SELECT seq, stanza FROM queued WHERE phone = ? AND class = 'message'",
      phone,
    );
    for (const { seq, stanza } of waiting) {
      const rewritten = rewrite(JSON.parse(stanza, BufferJSON.reviver) as Node);
      const text = JSON.stringify(rewritten, BufferJSON.replacer);
      this.store.run('UPDATE queued SET stanza = ? WHERE seq = ?', text, seq);
    }
  }

  markSent(seq: number): void {
    this.store.run('UPDATE queued SET attempts = attempts + 1 WHERE seq = ?', seq);
  }

  /** The device has the message, readable or given up. @returns whether it was still queued */
  confirmMessage(device: DeviceId, id: string, peer: string): boolean {
    return this.remove(device, 'message', id, peer).changes > 0;
  }

  confirmOther(
    { phone, device }: DeviceId,
    kind: 'receipt' | 'notification',
    id: string,
    type: string,
  ): void {
    this.store.run(
      `DELETE FROM queued WHERE seq = (SELECT min(seq) FROM queued
         WHERE phone = ? AND device = ? AND class = ? AND id = ? AND type = ? AND attempts > 0)`,
      phone,
      device,
      kind,
      id,
      type,
    );
  }

  /**
   * The device refused a message. After a retry receipt one refusal follows for the copy it could not read; that one
   * must not take the new copy with it. @returns whether the message is now out of the queue
   */
  refuseMessage(device: DeviceId, id: string, peer: string): boolean {
    const due = this.store.run(
      `UPDATE queued SET refusals_due = refusals_due - 1
         WHERE phone = ? AND device = ? AND class = 'message' AND id = ? AND peer = ? AND refusals_due > 0`,
      device.phone,
      device.device,
      id,
      peer,
    );
    return due.changes === 0 && this.confirmMessage(device, id, peer);
  }

  /** Takes an unreadable copy out for a new one. @returns the refusals that will still come for older copies */
  takeUnreadable(device: DeviceId, id: string, peer: string): number {
    const row = this.store.find<{ due: number }>(
      `SELECT coalesce(max(refusals_due), 0) AS due FROM queued
         WHERE phone = ? AND device = ? AND class = 'message' AND id = ? AND peer = ?`,
      device.phone,
      device.device,
      id,
      peer,
    );
    this.remove(device, 'message', id, peer);
    return (row?.due ?? 0) + 1;
  }

  /** A new connection: refusals that its predecessor owed will never come. */
  forgetRefusals({ phone, device }: DeviceId): void {
    this.store.run('UPDATE queued SET refusals_due = 0 WHERE phone = ? AND device = ?', phone, device);
  }

  private remove({ phone, device }: DeviceId, kind: string, id: string, peer: string): { changes: number } {
    return this.store.run(
      'DELETE FROM queued WHERE phone = ? AND device = ? AND class = ? AND id = ? AND peer = ?',
      phone,
      device,
      kind,
      id,
      peer,
    );
  }
}
