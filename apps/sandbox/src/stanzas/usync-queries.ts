import { parsePhone } from '@waypost/kernel';
import type { LinkedDevices } from '../linking/linked-devices.js';
import { addressingOf, jidOf } from '../nodes/address.js';
import { bytesOf, childOf, childrenOf, node, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import { IqError, type Iq } from './iq.js';

/** `xmlns=usync`: who is on WhatsApp, with which devices, under which LID. Call within a unit. */
export class UsyncQueries {
  constructor(
    private readonly directory: Directory,
    private readonly devices: LinkedDevices,
  ) {}

  answer({ stanza }: Iq): Node[] {
    const usync = childOf(stanza, 'usync');
    if (!usync) throw new IqError(400, 'bad-request');
    const asked = new Set(childrenOf(childOf(usync, 'query')).map(({ tag }) => tag));
    const users = childrenOf(childOf(usync, 'list'), 'user').map((user) =>
      user.attrs.jid
        ? this.byJid(user.attrs.jid, asked)
        : this.byPhone(bytesOf(childOf(user, 'contact')).toString()),
    );
    const { sid, mode, context } = usync.attrs;
    return [node('usync', { sid, mode, context, last: 'true', index: '0' }, [node('list', {}, users)])];
  }

  /** A lookup makes nobody: only writing to a number does. */
  private byPhone(asked: string): Node {
    const phone = parsePhone(asked);
    const found = phone !== undefined && this.directory.answers(phone);
    const jid = `${(phone ?? '+0').slice(1)}@s.whatsapp.net`;
    return node('user', { jid }, [node('contact', { type: found ? 'in' : 'out' }, Buffer.from(asked))]);
  }

  private byJid(jid: string, asked: Set<string>): Node {
    const person = this.directory.reachByJid(jid);
    const answers: Node[] = [];
    if (asked.has('contact')) answers.push(node('contact', { type: person ? 'in' : 'out' }));
    if (asked.has('devices')) {
      const numbers = person ? [0, ...this.devices.of(person.phone).map(({ device }) => device)] : [];
      answers.push(node('devices', {}, [node('device-list', { hash: 'sandbox' }, numbers.map(deviceNode))]));
    }
    if (asked.has('lid') && person && addressingOf(jid) === 'pn') {
      answers.push(node('lid', { val: jidOf(person, 'lid') }));
    }
    if (asked.has('status')) answers.push(node('status', { t: '0' }));
    return node('user', { jid }, answers);
  }
}

function deviceNode(device: number): Node {
  return node('device', { id: String(device), 'key-index': device === 0 ? undefined : String(device) });
}
