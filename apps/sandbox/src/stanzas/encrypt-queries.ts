import { createHash } from 'node:crypto';
import type { Journal } from '../journal/journal.js';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { parseAddress } from '../nodes/address.js';
import { childOf, childrenOf, node, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import { verify, typed } from '../signal/libsignal.js';
import type { PhoneKeys } from '../signal/phone-keys.js';
import { bundleNodes, readKey } from './key-nodes.js';
import { has, IqError, type Iq } from './iq.js';
import type { PreKeyAlarm } from './pre-key-alarm.js';

/** `xmlns=encrypt`: a device leaves pre-keys with the server and fetches those of others. Call within a unit. */
export class EncryptQueries {
  constructor(
    private readonly devices: LinkedDevices,
    private readonly directory: Directory,
    private readonly phoneKeys: PhoneKeys,
    private readonly alarm: PreKeyAlarm,
    private readonly journal: Journal,
  ) {}

  answer(iq: Iq): Node[] {
    if (iq.type === 'get' && has(iq, 'count')) return [this.count(iq)];
    if (iq.type === 'get' && has(iq, 'digest')) return [this.digest(iq)];
    if (iq.type === 'get' && has(iq, 'key')) return [this.bundles(iq)];
    if (iq.type === 'set' && has(iq, 'rotate')) return this.rotate(iq);
    if (iq.type === 'set' && has(iq, 'list')) return this.upload(iq);
    throw new IqError(400, 'bad-request');
  }

  private count({ device }: Iq): Node {
    return node('count', { value: String(this.devices.countPreKeys(device.phone, device.device)) });
  }

  private digest({ device }: Iq): Node {
    const identity = this.devices.identityOf(device.phone, device.device)!;
    return node('digest', {}, [node('hash', {}, createHash('sha1').update(identity).digest())]);
  }

  private upload({ device, stanza }: Iq): Node[] {
    this.takeSignedKey(device.phone, device.device, childOf(stanza, 'skey'));
    const keys = childrenOf(childOf(stanza, 'list'), 'key').flatMap((each) => readKey(each) ?? []);
    this.devices.addPreKeys(device.phone, device.device, keys);
    const total = this.devices.countPreKeys(device.phone, device.device);
    this.journal.append('pre_keys_uploaded', { ...device, count: keys.length, total });
    return [];
  }

  private rotate({ device, stanza }: Iq): Node[] {
    this.takeSignedKey(device.phone, device.device, childOf(childOf(stanza, 'rotate'), 'skey'));
    return [];
  }

  private takeSignedKey(phone: string, device: number, carrier: Node | undefined): void {
    const signed = readKey(carrier);
    if (!signed) throw new IqError(400, 'bad-request');
    if (this.devices.hasSignedPreKey(phone, device, signed)) return;
    const identity = this.devices.identityOf(phone, device)!;
    if (!verify(identity, typed(signed.key), signed.signature)) throw new IqError(406, 'not-acceptable');
    this.devices.setSignedPreKey(phone, device, signed);
  }

  private bundles({ device, stanza }: Iq): Node {
    const jids = childrenOf(childOf(stanza, 'key'), 'user').map(({ attrs }) => attrs.jid ?? '');
    this.journal.append('keys_fetched', { ...device, jids });
    return node(
      'list',
      {},
      jids.map((jid) => this.bundleOf(jid)),
    );
  }

  private bundleOf(jid: string): Node {
    const person = this.directory.reachByJid(jid);
    const device = parseAddress(jid)?.device ?? 0;
    const bundle =
      person &&
      (device === 0 ? this.phoneKeys.publish(person.phone) : this.devices.takeBundle(person.phone, device));
    if (!bundle) return node('user', { jid }, [node('error', { code: '404', text: 'item-not-found' })]);
    if (device !== 0) this.alarm.check({ phone: person.phone, device });
    return node('user', { jid }, bundleNodes(bundle));
  }
}
