import type { Gateway } from '../connections/gateway.js';
import type { WireConnection } from '../connections/wire-connection.js';
import type { Courier } from '../delivery/courier.js';
import type { DeviceQueue } from '../delivery/device-queue.js';
import type { OnlineDevices } from '../delivery/online-device.js';
import type { Readdressing } from '../delivery/readdressing.js';
import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { node, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import { failureNode } from '../stanzas/failure-node.js';
import { lockNotification } from '../stanzas/new-chats-lock.js';
import type { Store } from '../storage/store.js';
import type { Conditions } from './conditions.js';
import { BAN, isConnectionFault, READDRESS, type Fault } from './fault.js';

const conflict = (type: string): Node[] => [node('conflict', { type })];

/** What the server says before it hangs up. */
const LAST_WORDS: Partial<Record<Fault['kind'], Node>> = {
  logged_out: node('stream:error', { code: '401' }, conflict('device_removed')),
  replaced: node('stream:error', {}, conflict('replaced')),
  unavailable: node('stream:error', { code: '503' }),
  restart_required: node('stream:error', { code: '515' }),
  banned: node('stream:error', { code: '403' }),
};

/** Makes things go wrong, as they do on a real network. */
export class FaultBoard {
  constructor(
    private readonly store: Store,
    private readonly notes: { journal: Journal; conditions: Conditions },
    private readonly devices: LinkedDevices,
    private readonly mail: { queue: DeviceQueue; courier: Courier; readdressing: Readdressing },
    private readonly open: { online: OnlineDevices; gateway: Gateway },
  ) {}

  /** @returns how many open connections it hit at once */
  async inflict(phone: string | undefined, fault: Fault): Promise<number> {
    return this.store.unit(() => {
      const targets = this.targets(phone, fault);
      const connections = isConnectionFault(fault.kind) ? targets.map(({ id }) => id) : undefined;
      this.notes.journal.append('fault', { ...record(phone, fault), connections });
      this.notes.conditions.set(phone, fault, new Date());
      if (fault.kind === 'logged_out') this.removeDevices(phone);
      if (fault.kind === READDRESS) this.readdress(phone);
      if (fault.kind === 'new_chats_locked') this.tellOfLock(phone);
      this.store.afterCommit(() => targets.forEach((target) => this.strike(target, fault)));
      return targets.length;
    });
  }

  private targets(phone: string | undefined, { kind, seconds = 0 }: Fault): WireConnection[] {
    const bans = kind === BAN && seconds > 0;
    if (!isConnectionFault(kind) && !bans) return [];
    const devices = this.open.online.list(phone).map(({ connection }) => connection);
    if (phone === undefined) return bans ? devices : [...devices, ...this.open.gateway.strangers()];
    if (devices.length === 0 && !bans && kind !== 'logged_out') {
      throw new Refusal(
        'conflict',
        `${phone} has no open connection to break. Wait until its device is connected.`,
      );
    }
    return devices;
  }

  private strike(connection: WireConnection, { kind, code = 503, seconds }: Fault): void {
    if (kind === 'disconnect') {
      connection.cut('fault: disconnect');
    } else if (kind === 'half_open') {
      connection.weather.dead = () => true;
    } else {
      connection.send(
        kind === 'stream_error'
          ? node('stream:error', { code: String(code) })
          : kind === BAN
            ? failureNode({ code: 402, reason: code, seconds })
            : LAST_WORDS[kind]!,
      );
      connection.close(`fault: ${kind}`);
    }
  }

  private readdress(phone: string | undefined): void {
    for (const owner of this.owners(phone)) {
      this.mail.queue.rewriteMessages(owner, (stanza) => this.mail.readdressing.otherForm(stanza));
    }
  }

  private tellOfLock(phone: string | undefined): void {
    for (const owner of this.owners(phone)) {
      const stanza = lockNotification(this.notes.conditions.newChatsLockedUntil(owner, new Date()));
      const { id = '', type = '' } = stanza.attrs;
      for (const device of this.devices.of(owner)) {
        this.mail.courier.post(device, { class: 'notification', id, type, peer: '', stanza });
      }
    }
  }

  private owners(phone: string | undefined): string[] {
    return phone === undefined ? this.devices.accounts() : [phone];
  }

  /** The owner removes the links on the phone: nobody gets in with the old keys again. */
  private removeDevices(phone: string | undefined): void {
    for (const owner of this.owners(phone)) {
      for (const { device } of this.devices.of(owner)) {
        this.devices.remove(owner, device);
        this.notes.journal.append('device_removed', { phone: owner, device, by: 'phone' });
      }
    }
  }
}

/** The fault's kind has another name in the journal, where `kind` says what sort of entry it is. */
function record(phone: string | undefined, { kind, ...settings }: Fault): Record<string, unknown> {
  return { phone, fault: kind, ...settings };
}
