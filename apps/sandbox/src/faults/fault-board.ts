import type { Gateway } from '../connections/gateway.js';
import type { WireConnection } from '../connections/wire-connection.js';
import type { OnlineDevices } from '../delivery/online-device.js';
import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { node, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import type { Store } from '../storage/store.js';
import type { Conditions } from './conditions.js';
import { isConnectionFault, type ConnectionFault, type Fault } from './fault.js';

const conflict = (type: string): Node[] => [node('conflict', { type })];

/** What the server says before it hangs up. */
const LAST_WORDS: Partial<Record<ConnectionFault, Node>> = {
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
    private readonly journal: Journal,
    private readonly conditions: Conditions,
    private readonly devices: LinkedDevices,
    private readonly open: { online: OnlineDevices; gateway: Gateway },
  ) {}

  /** @returns how many open connections it hit at once */
  async inflict(phone: string | undefined, fault: Fault): Promise<number> {
    const { kind } = fault;
    if (!isConnectionFault(kind)) {
      await this.store.unit(() => {
        this.conditions.set(phone, fault, new Date());
        this.journal.append('fault', record(phone, fault));
      });
      return 0;
    }
    return this.store.unit(() => {
      const targets = this.targets(phone);
      if (phone !== undefined && targets.length === 0 && kind !== 'logged_out') {
        throw new Refusal(
          'conflict',
          `${phone} has no open connection to break. Wait until its device is connected.`,
        );
      }
      this.journal.append('fault', { ...record(phone, fault), connections: targets.map(({ id }) => id) });
      if (kind === 'logged_out') this.removeDevices(phone);
      this.store.afterCommit(() => targets.forEach((target) => strike(target, kind)));
      return targets.length;
    });
  }

  private targets(phone: string | undefined): WireConnection[] {
    const devices = this.open.online.list(phone).map(({ connection }) => connection);
    return phone === undefined ? [...devices, ...this.open.gateway.strangers()] : devices;
  }

  /** The owner removes the links on the phone: nobody gets in with the old keys again. */
  private removeDevices(phone: string | undefined): void {
    for (const owner of phone === undefined ? this.devices.accounts() : [phone]) {
      for (const { device } of this.devices.of(owner)) {
        this.devices.remove(owner, device);
        this.journal.append('device_removed', { phone: owner, device, by: 'phone' });
      }
    }
  }
}

/** The fault's kind has another name in the journal, where `kind` says what sort of entry it is. */
function record(phone: string | undefined, { kind, ...settings }: Fault): Record<string, unknown> {
  return { phone, fault: kind, ...settings };
}

function strike(connection: WireConnection, kind: ConnectionFault): void {
  if (kind === 'disconnect') {
    connection.cut('fault: disconnect');
  } else if (kind === 'half_open') {
    connection.weather.dead = () => true;
  } else {
    connection.send(LAST_WORDS[kind]!);
    connection.close(`fault: ${kind}`);
  }
}
