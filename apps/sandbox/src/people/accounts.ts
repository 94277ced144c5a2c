import type { DeviceQueue } from '../delivery/device-queue.js';
import type { OnlineDevices } from '../delivery/online-device.js';
import type { Traffic } from '../delivery/traffic.js';
import type { LinkedDevice, LinkedDevices } from '../linking/linked-devices.js';
import { jidOf } from '../nodes/address.js';
import type { Store } from '../storage/store.js';
import type { Directory } from './directory.js';
import { noAccount } from './people.js';
import type { Person } from './person.js';

export interface DeviceView {
  device: number;
  jid: string;
  linkedAt: string;
  /** `offline`; `connecting` until the device is ready for messages; `active`. */
  state: 'offline' | 'connecting' | 'active';
  /** The open connection's number in the journal. */
  connection?: number;
  /** WebSocket frames of the open connection. */
  frames: { received: number; sent: number };
  /** Stanzas by tag, since the sandbox started. */
  stanzas: { received: Record<string, number>; sent: Record<string, number> };
  /** Receipts that the device sent, by type, since the sandbox started. */
  receipts: Record<string, number>;
  /** What the device has not confirmed yet. */
  queued: { messages: number; receipts: number; notifications: number };
  /** One-time pre-keys left at the server. */
  preKeys: number;
}

export interface AccountView {
  phone: string;
  lid: string;
  name: string;
  devices: DeviceView[];
}

/** Accounts as an onlooker sees them. */
export class Accounts {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly devices: LinkedDevices,
    private readonly mail: { queue: DeviceQueue; online: OnlineDevices },
    private readonly traffic: Traffic,
  ) {}

  list(): Promise<AccountView[]> {
    return this.store.unit(() => this.devices.accounts().map((phone) => this.view(phone)));
  }

  get(phone: string): Promise<AccountView> {
    return this.store.unit(() => {
      if (!this.devices.isAccount(phone)) throw noAccount(phone);
      return this.view(phone);
    });
  }

  private view(phone: string): AccountView {
    const person = this.directory.find(phone)!;
    const devices = this.devices.of(phone).map((device) => this.deviceView(person, device));
    return { phone, lid: person.lid, name: person.name, devices };
  }

  private deviceView(person: Person, { phone, device, linkedAt }: LinkedDevice): DeviceView {
    const id = { phone, device };
    const online = this.mail.online.find(id);
    const { message, receipt, notification } = this.mail.queue.count(id);
    const { received, sent, receipts } = this.traffic.of(id);
    return {
      device,
      jid: jidOf(person, 'pn', device),
      linkedAt,
      state: !online ? 'offline' : online.state === 'active' ? 'active' : 'connecting',
      connection: online?.connection.id,
      frames: online ? { ...online.connection.frames } : { received: 0, sent: 0 },
      stanzas: { received, sent },
      receipts,
      queued: { messages: message, receipts: receipt, notifications: notification },
      preKeys: this.devices.countPreKeys(phone, device),
    };
  }
}
