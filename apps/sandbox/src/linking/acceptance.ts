import type { Journal } from '../journal/journal.js';
import { jidOf } from '../nodes/address.js';
import { bytesOf, childOf, node, SERVER_JID, stanzaTime, type Node } from '../nodes/node.js';
import type { Directory } from '../people/directory.js';
import type { Person } from '../people/person.js';
import { Refusal } from '../refusal.js';
import type { KeyPair } from '../signal/libsignal.js';
import type { PhoneKeys } from '../signal/phone-keys.js';
import type { Store } from '../storage/store.js';
import type { Applicant } from './applicant.js';
import { Deferred } from './deferred.js';
import { certify, isCountersigned, type DeviceCertificate } from './device-certificate.js';
import type { LinkedDevices } from './linked-devices.js';

/** How long a device has to answer its acceptance. */
const ANSWER_TIMEOUT_MS = 10_000;

export interface Linked {
  phone: string;
  lid: string;
  name: string;
  device: number;
  /** The device's own address, `4915…:1@s.whatsapp.net`. */
  jid: string;
}

export interface Consent {
  phone: string;
  name?: string;
  via: 'qr' | 'code';
  /** What the phone and the device both know: from the QR, or from the code. */
  advSecret: Buffer;
}

/** The phone's side of linking, once it knows the device's secret: sign, wait for the countersignature, register. */
export class Acceptance {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly phoneKeys: PhoneKeys,
    private readonly devices: LinkedDevices,
    private readonly journal: Journal,
  ) {}

  /** The identity of a phone that is about to accept a device; the phone comes to be, if need be. Within a unit. */
  identityOf(phone: string): KeyPair {
    this.directory.put(phone, {});
    return this.phoneKeys.of(phone).identity;
  }

  async accept(applicant: Applicant, consent: Consent): Promise<Linked> {
    if (applicant.busy)
      throw new Refusal('conflict', 'This device is being linked at this moment. Wait for the outcome.');
    applicant.busy = true;
    const { connection } = applicant;
    try {
      const linked = await this.link(applicant, consent);
      // A linked device has to connect again, now as a member of the account.
      connection.send(node('stream:error', { code: '515' }));
      connection.close('restart required after linking');
      return linked;
    } catch (error) {
      applicant.busy = false;
      const reason = (error as Error).message;
      await this.store.unit(() =>
        this.journal.append('pairing_failed', {
          phone: consent.phone,
          connection: connection.id,
          via: consent.via,
          reason,
        }),
      );
      throw error;
    }
  }

  private async link(applicant: Applicant, consent: Consent): Promise<Linked> {
    const { connection, keys } = applicant;
    const id = `pair-success-${connection.id}-${Date.now()}`;
    const answer = new Deferred<Node>(
      ANSWER_TIMEOUT_MS,
      'The device did not answer when its linking was confirmed. Ask it for a new QR or code.',
    );
    applicant.awaited.set(`iq result ${id}`, answer);
    const { person, device, certificate } = await this.store.unit(() => {
      const signed = this.signFor(applicant, consent);
      this.store.afterCommit(() => connection.send(pairSuccess(id, signed)));
      return signed;
    });
    const signature = childOf(childOf(await answer.promise, 'pair-device-sign'), 'device-identity');
    applicant.awaited.delete(`iq result ${id}`);
    if (!isCountersigned(bytesOf(signature), certificate, keys.identity)) {
      throw new Refusal('unprocessable', 'The device answered with a wrong signature, so it was not linked.');
    }
    return this.store.unit(() => {
      this.devices.add(person.phone, device, keys, new Date());
      this.journal.append('paired', {
        phone: person.phone,
        device,
        connection: connection.id,
        via: consent.via,
      });
      return {
        phone: person.phone,
        lid: person.lid,
        name: person.name,
        device,
        jid: jidOf(person, 'pn', device),
      };
    });
  }

  private signFor(applicant: Applicant, { phone, name, advSecret }: Consent): Signed {
    const person = this.directory.put(phone, { name, onWhatsApp: true });
    const device = this.devices.takeNumber(phone);
    const account = this.phoneKeys.of(phone).identity;
    const certificate = certify(account, applicant.keys.identity, advSecret, device, new Date());
    return { person, device, certificate };
  }
}

interface Signed {
  person: Person;
  device: number;
  certificate: DeviceCertificate;
}

function pairSuccess(id: string, { person, device, certificate }: Signed): Node {
  const attrs = { from: SERVER_JID, type: 'set', id, xmlns: 'md', t: stanzaTime() };
  return node('iq', attrs, [
    node('pair-success', {}, [
      node('device-identity', {}, certificate.sealed),
      node('biz', { name: person.name }),
      node('device', { jid: jidOf(person, 'pn', device), lid: jidOf(person, 'lid', device) }),
      node('platform', { name: 'android' }),
    ]),
  ]);
}
