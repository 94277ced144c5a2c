import { toBuffer, type Store } from '../storage/store.js';
import { typed, type PreKeyBundle } from '../signal/libsignal.js';

/** The keys a device shows when it asks to be linked. Public keys are 32 raw bytes. */
export interface DeviceKeys {
  noiseKey: Buffer;
  identity: Buffer;
  registrationId: number;
  signedPreKey: SignedPreKey;
}

export interface SignedPreKey {
  id: number;
  key: Buffer;
  signature: Buffer;
}

/** A device linked to an account's phone. */
export interface LinkedDevice {
  /** The account, `+4915…`. */
  phone: string;
  /** 1 for the first device ever linked, then rising; a number is never given twice. */
  device: number;
  noiseKey: Buffer;
  linkedAt: string;
}

interface DeviceRow {
  phone: string;
  device: number;
  noise_key: Uint8Array;
  linked_at: string;
}

/** Linked devices and the pre-keys they left with the server. Call within a unit. */
export class LinkedDevices {
  constructor(private readonly store: Store) {}

  /** The number of the account's next device; it is used up even if linking fails. */
  takeNumber(phone: string): number {
    return this.store.find<{ device: number }>(
      'UPDATE person SET next_device = next_device + 1 WHERE phone = ? RETURNING next_device - 1 AS device',
      phone,
    )!.device;
  }

  add(phone: string, device: number, keys: DeviceKeys, linkedAt: Date): void {
    this.store.run(
      `INSERT INTO device (phone, device, noise_key, identity, registration, signed_id, signed_key, signature, linked_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      phone,
      device,
      keys.noiseKey,
      keys.identity,
      keys.registrationId,
      keys.signedPreKey.id,
      keys.signedPreKey.key,
      keys.signedPreKey.signature,
      linkedAt.toISOString(),
    );
  }

  find(phone: string, device: number): LinkedDevice | undefined {
    const row = this.store.find<DeviceRow>(
      'SELECT phone, device, noise_key, linked_at FROM device WHERE phone = ? AND device = ?',
      phone,
      device,
    );
    return row && toDevice(row);
  }

  of(phone: string): LinkedDevice[] {
    return this.store
      .list<DeviceRow>(
        'SELECT phone, device, noise_key, linked_at FROM device WHERE phone = ? ORDER BY device',
        phone,
      )
      .map(toDevice);
  }

  /** Everybody who has, or once had, a linked device. */
  accounts(): string[] {
    return this.store
      .list<{ phone: string }>('SELECT phone FROM person WHERE next_device > 1 ORDER BY phone')
      .map(({ phone }) => phone);
  }

  isAccount(phone: string): boolean {
    return this.store.find('SELECT 1 FROM person WHERE phone = ? AND next_device > 1', phone) !== undefined;
  }

  /** The link ends: the device, its keys, its queue and everybody's sessions with it are gone. */
  remove(phone: string, device: number): void {
    this.store.run('DELETE FROM device WHERE phone = ? AND device = ?', phone, device);
    this.store.run('DELETE FROM device_pre_key WHERE phone = ? AND device = ?', phone, device);
    this.store.run('DELETE FROM queued WHERE phone = ? AND device = ?', phone, device);
    this.store.run('DELETE FROM written WHERE phone = ? AND device = ?', phone, device);
    this.store.run('DELETE FROM session WHERE peer = ? AND device = ?', phone, device);
  }

  addPreKeys(phone: string, device: number, keys: { id: number; key: Buffer }[]): void {
    for (const { id, key } of keys) {
      this.store.run(
        'INSERT OR REPLACE INTO device_pre_key (phone, device, id, public) VALUES (?, ?, ?, ?)',
        phone,
        device,
        id,
        key,
      );
    }
  }

  hasSignedPreKey(phone: string, device: number, { id, key }: SignedPreKey): boolean {
    return (
      this.store.find(
        'SELECT 1 FROM device WHERE phone = ? AND device = ? AND signed_id = ? AND signed_key = ?',
        phone,
        device,
        id,
        key,
      ) !== undefined
    );
  }

  setSignedPreKey(phone: string, device: number, { id, key, signature }: SignedPreKey): void {
    this.store.run(
      'UPDATE device SET signed_id = ?, signed_key = ?, signature = ? WHERE phone = ? AND device = ?',
      id,
      key,
      signature,
      phone,
      device,
    );
  }

  /** @returns true once for each device: it has to hear what a new device must know */
  takeFirstSync(phone: string, device: number): boolean {
    return (
      this.store.run(
        'UPDATE device SET synced = 1 WHERE phone = ? AND device = ? AND synced = 0',
        phone,
        device,
      ).changes > 0
    );
  }

  identityOf(phone: string, device: number): Buffer | undefined {
    const row = this.store.find<{ identity: Uint8Array }>(
      'SELECT identity FROM device WHERE phone = ? AND device = ?',
      phone,
      device,
    );
    return row && toBuffer(row.identity);
  }

  /** Whether the device still has the Signal keys that go with this registration id. */
  hasRegistration(phone: string, device: number, registrationId: number): boolean {
    return (
      this.store.find(
        'SELECT 1 FROM device WHERE phone = ? AND device = ? AND registration = ?',
        phone,
        device,
        registrationId,
      ) !== undefined
    );
  }

  countPreKeys(phone: string, device: number): number {
    return this.store.find<{ count: number }>(
      'SELECT count(*) AS count FROM device_pre_key WHERE phone = ? AND device = ?',
      phone,
      device,
    )!.count;
  }

  /** What a sender needs to write to this device first. Takes one pre-key out; without any left the bundle has none. */
  takeBundle(phone: string, device: number): PreKeyBundle | undefined {
    const row = this.store.find<BundleRow>(
      `SELECT identity, registration, signed_id, signed_key, signature FROM device WHERE phone = ? AND device = ?`,
      phone,
      device,
    );
    if (!row) return undefined;
    const preKey = this.store.find<{ id: number; public: Uint8Array }>(
      `DELETE FROM device_pre_key WHERE phone = ?1 AND device = ?2
         AND id = (SELECT min(id) FROM device_pre_key WHERE phone = ?1 AND device = ?2) RETURNING id, public`,
      phone,
      device,
    );
    return {
      registrationId: row.registration,
      identityKey: typed(row.identity),
      signedPreKey: {
        keyId: row.signed_id,
        publicKey: typed(row.signed_key),
        signature: toBuffer(row.signature),
      },
      preKey: preKey && { keyId: preKey.id, publicKey: typed(preKey.public) },
    };
  }
}

interface BundleRow {
  identity: Uint8Array;
  registration: number;
  signed_id: number;
  signed_key: Uint8Array;
  signature: Uint8Array;
}

function toDevice(row: DeviceRow): LinkedDevice {
  return { phone: row.phone, device: row.device, noiseKey: toBuffer(row.noise_key), linkedAt: row.linked_at };
}
