import type { WireConnection } from '../connections/wire-connection.js';
import type { Node } from '../nodes/node.js';
import type { DeviceId } from './device-queue.js';
import type { DeviceTraffic } from './traffic.js';

/**
 * A linked device while it is logged in.
 *
 * `logged_in` → it said that it is active → `announced` (it was told how much is queued and has not asked for it yet)
 * or, with nothing queued, straight to → `active`. Only an active device is sent anything from the queue.
 */
export class OnlineDevice {
  state: 'logged_in' | 'announced' | 'active' = 'logged_in';
  /** The last queue entry sent over this connection. */
  sentThrough = 0;
  /** Entries up to here were queued before this connection became active: they go out marked as offline. */
  backlogThrough = 0;
  backlogSent = 0;

  constructor(
    readonly id: DeviceId,
    readonly connection: WireConnection,
    private readonly traffic: DeviceTraffic,
  ) {}

  send(stanza: Node): boolean {
    if (!this.connection.open) return false;
    this.traffic.countSent(stanza.tag);
    this.connection.send(stanza);
    return true;
  }
}

/** The devices that are logged in at this moment; a device is there once at most. */
export class OnlineDevices {
  private readonly devices = new Map<string, OnlineDevice>();

  add(device: OnlineDevice): void {
    this.devices.set(keyOf(device.id), device);
  }

  /** Removes this very connection's device; a newer connection of the same device stays. */
  remove(device: OnlineDevice): void {
    if (this.devices.get(keyOf(device.id)) === device) this.devices.delete(keyOf(device.id));
  }

  find(id: DeviceId): OnlineDevice | undefined {
    return this.devices.get(keyOf(id));
  }

  /** Of one account, or of everybody. */
  list(phone?: string): OnlineDevice[] {
    return [...this.devices.values()].filter((device) => phone === undefined || device.id.phone === phone);
  }
}

export function keyOf({ phone, device }: DeviceId): string {
  return `${phone}:${device}`;
}
