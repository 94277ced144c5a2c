import type { DeviceId } from '../delivery/device-queue.js';
import { Refusal } from '../refusal.js';
import { toBuffer, type Store } from '../storage/store.js';
import type { Person } from './person.js';

const WRITTEN_KEPT = 50_000;

/** A message before it is encrypted for a device. */
export interface WrittenMessage {
  /** The attributes of its stanza. */
  attrs: Record<string, string>;
  /** Encoded, not padded. */
  body: Buffer;
}

/** What phones wrote to linked devices, kept so that it can be encrypted again. Call within a unit. */
export class WrittenMessages {
  constructor(private readonly store: Store) {}

  /** @throws Refusal when this person has used the id before */
  keep(writer: Person, to: DeviceId, { attrs, body }: WrittenMessage): void {
    const { changes, id: seq } = this.store.run(
      `INSERT INTO written (writer, phone, device, id, attrs, plaintext) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
      writer.phone,
      to.phone,
      to.device,
      attrs.id!,
      JSON.stringify(attrs),
      body,
    );
    if (changes === 0) throw usedId(writer.phone, attrs.id!);
    if (seq % 1000 === 0) this.store.run('DELETE FROM written WHERE seq <= ?', seq - WRITTEN_KEPT);
  }

  find(writer: Person, to: DeviceId, id: string): WrittenMessage | undefined {
    const row = this.store.find<{ attrs: string; plaintext: Uint8Array }>(
      'SELECT attrs, plaintext FROM written WHERE phone = ? AND device = ? AND writer = ? AND id = ?',
      to.phone,
      to.device,
      writer.phone,
      id,
    );
    return (
      row && {
        attrs: JSON.parse(row.attrs) as Record<string, string>,
        body: toBuffer(row.plaintext),
      }
    );
  }
}

export function usedId(phone: string, id: string): Refusal {
  return new Refusal('conflict', `${phone} has written a message with the id ${id} before; use a new id.`);
}
