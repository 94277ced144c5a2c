import type { WebSocket } from 'ws';
import type { DeviceQueue } from '../delivery/device-queue.js';
import { OnlineDevice, type OnlineDevices } from '../delivery/online-device.js';
import type { Traffic } from '../delivery/traffic.js';
import type { Conditions, LoginRefusal } from '../faults/conditions.js';
import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import type { PairingDesk } from '../linking/pairing-desk.js';
import { jidOf } from '../nodes/address.js';
import { node, stanzaTime, type Node } from '../nodes/node.js';
import type { ServerIdentity } from '../noise/server-identity.js';
import type { Directory } from '../people/directory.js';
import { failureNode } from '../stanzas/failure-node.js';
import type { StanzaRouter } from '../stanzas/stanza-router.js';
import type { Store } from '../storage/store.js';
import { WireConnection, type ClientHello, type ConnectionListener } from './wire-connection.js';

const NOT_LINKED = 401;

export interface GatewayParts {
  store: Store;
  journal: Journal;
  conditions: Conditions;
  directory: Directory;
  devices: LinkedDevices;
  online: OnlineDevices;
  queue: DeviceQueue;
  traffic: Traffic;
  desk: PairingDesk;
  router: StanzaRouter;
}

/** The server's door: takes connections, lets devices in, and hands their stanzas on. */
export class Gateway implements ConnectionListener {
  private readonly connections = new Map<number, WireConnection>();
  private readonly loggedIn = new Map<number, OnlineDevice>();
  private lastId = 0;
  private stopped: (() => void) | undefined;

  constructor(
    private readonly identity: ServerIdentity,
    private readonly parts: GatewayParts,
  ) {}

  accept(socket: WebSocket, host: string): void {
    const connection = new WireConnection(++this.lastId, socket, this.identity, this, host);
    this.connections.set(connection.id, connection);
    this.record('connection_opened', { connection: connection.id });
  }

  /** Every open connection that has not logged in: faults of the whole network hit them, too. */
  strangers(): WireConnection[] {
    return [...this.connections.values()].filter(({ id }) => !this.loggedIn.has(id));
  }

  /** Cuts every connection and waits until all are gone. */
  async stop(): Promise<void> {
    if (this.connections.size === 0) return;
    const gone = new Promise<void>((resolve) => (this.stopped = resolve));
    for (const connection of this.connections.values()) connection.cut('the sandbox stops');
    await gone;
  }

  async onHello(connection: WireConnection, hello: ClientHello): Promise<void> {
    const { payload } = hello;
    const phone = payload.devicePairingData ? undefined : `+${String(payload.username ?? '')}`;
    const { conditions } = this.parts;
    const version = versionOf(payload);
    const refusal =
      conditions.clientRefusal(phone ?? '', version) ??
      (phone === undefined ? undefined : conditions.takeLoginRefusal(phone, new Date()));
    if (refusal) await this.refuse(connection, refusal, { phone, version });
    else if (phone === undefined) await this.parts.desk.offer(connection, hello);
    else await this.logIn(connection, { phone, device: payload.device ?? 0 }, hello);
  }

  async onStanza(connection: WireConnection, stanza: Node, arrivedAt: Date): Promise<void> {
    const device = this.loggedIn.get(connection.id);
    if (device) await this.parts.router.route(device, stanza, arrivedAt);
    else await this.parts.desk.receive(connection, stanza);
  }

  onClosed(connection: WireConnection, reason: string): void {
    const device = this.loggedIn.get(connection.id);
    this.connections.delete(connection.id);
    this.loggedIn.delete(connection.id);
    if (device) this.parts.online.remove(device);
    this.parts.desk.leave(connection);
    this.record('connection_closed', { connection: connection.id, ...device?.id, reason });
    if (this.connections.size === 0) this.stopped?.();
  }

  private async logIn(
    connection: WireConnection,
    id: OnlineDevice['id'],
    { noiseKey, payload }: ClientHello,
  ): Promise<void> {
    const version = versionOf(payload);
    const { store, journal, directory, devices, queue, online, traffic, conditions } = this.parts;
    const known = await store.unit(() => {
      const person = directory.find(id.phone);
      const device = devices.find(id.phone, id.device);
      if (!person || !device?.noiseKey.equals(noiseKey)) return false;
      const fresh = new OnlineDevice(id, connection, traffic.of(id));
      connection.weather.delayMs = () => conditions.delayMs(id.phone);
      queue.forgetRefusals(id);
      journal.append('login', { ...id, connection: connection.id, version });
      store.afterCommit(() => {
        const former = online.find(id);
        if (former) this.replace(former);
        online.add(fresh);
        this.loggedIn.set(connection.id, fresh);
        fresh.send(
          node('success', { t: stanzaTime(), lid: jidOf(person, 'lid', id.device), location: 'sandbox' }),
        );
      });
      return true;
    });
    if (!known) await this.refuse(connection, { code: NOT_LINKED }, { phone: id.phone, version });
  }

  /** A device may be connected once: the newer connection wins. */
  private replace(former: OnlineDevice): void {
    former.send(node('stream:error', {}, [node('conflict', { type: 'replaced' })]));
    former.connection.close('replaced by a newer connection');
  }

  private async refuse(
    connection: WireConnection,
    refusal: LoginRefusal,
    client: { phone: string | undefined; version: string },
  ): Promise<void> {
    const { code, seconds } = refusal;
    await this.parts.store.unit(() =>
      this.parts.journal.append('login_refused', { ...client, connection: connection.id, code, seconds }),
    );
    connection.send(failureNode(refusal));
    connection.close(`login refused with ${code}`);
  }

  private record(kind: 'connection_opened' | 'connection_closed', fields: Record<string, unknown>): void {
    const at = new Date();
    // After the sandbox has stopped there is no journal to write to.
    this.parts.store.unit(() => this.parts.journal.append(kind, fields, at)).catch(() => undefined);
  }
}

/** The client's version of WhatsApp Web, `2.3000.1035194821`. */
function versionOf({ userAgent }: ClientHello['payload']): string {
  const { primary, secondary, tertiary } = userAgent?.appVersion ?? {};
  return [primary, secondary, tertiary].map((part) => part ?? 0).join('.');
}
