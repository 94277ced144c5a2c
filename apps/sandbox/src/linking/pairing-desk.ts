import type { ClientHello, WireConnection } from '../connections/wire-connection.js';
import type { Journal } from '../journal/journal.js';
import { childOf, node, SERVER_JID, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import { typed, verify } from '../signal/libsignal.js';
import type { Store } from '../storage/store.js';
import { Applicant, readDeviceKeys } from './applicant.js';
import { CodePairing } from './code-pairing.js';
import type { Acceptance, Linked } from './acceptance.js';
import type { PasskeyDemand } from './passkey-demand.js';
import type { QrRefresh } from './qr-refresh.js';

const QR_PARTS = 5;

/** Where devices wait to be linked, and where people link them: by scanning a QR or by typing a code. */
export class PairingDesk {
  private readonly applicants = new Map<number, Applicant>();
  private readonly codes: CodePairing;

  constructor(
    private readonly store: Store,
    private readonly acceptance: Acceptance,
    private readonly journal: Journal,
    private readonly passkeys: PasskeyDemand,
    private readonly refresh: QrRefresh,
  ) {
    this.codes = new CodePairing(store, acceptance, journal, passkeys);
  }

  /** A device without an account gets the references for its QRs. @throws when its keys do not fit together */
  async offer(connection: WireConnection, { payload, noiseKey }: ClientHello): Promise<void> {
    const keys = readDeviceKeys(payload.devicePairingData!, noiseKey);
    const { key, signature } = keys.signedPreKey;
    if (!verify(keys.identity, typed(key), signature))
      throw new Error('the signed pre-key has a wrong signature');
    const applicant = new Applicant(connection, keys);
    this.applicants.set(connection.id, applicant);
    await this.store.unit(() => {
      this.journal.append('pairing_offered', { connection: connection.id, via: 'qr' });
      const refs = applicant.refs.map((ref) => node('ref', {}, Buffer.from(ref)));
      const attrs = { from: SERVER_JID, type: 'set', id: `pair-${connection.id}`, xmlns: 'md' };
      this.store.afterCommit(() => connection.send(node('iq', attrs, [node('pair-device', {}, refs)])));
    });
  }

  async receive(connection: WireConnection, stanza: Node): Promise<void> {
    const applicant = this.applicants.get(connection.id);
    if (!applicant) return;
    const { id = '', type, class: kind } = stanza.attrs;
    const awaited = stanza.tag === 'ack' ? `ack ${kind} ${id}` : `iq ${type} ${id}`;
    applicant.awaited.get(awaited)?.resolve(stanza);
    if (stanza.tag !== 'iq' || type === 'result') return;
    const registration = childOf(stanza, 'link_code_companion_reg');
    if (registration) await this.codes.receive(applicant, stanza, registration);
    else connection.send(node('iq', { from: SERVER_JID, type: 'result', id }));
  }

  leave(connection: WireConnection): void {
    const applicant = this.applicants.get(connection.id);
    this.applicants.delete(connection.id);
    for (const deferred of applicant?.awaited.values() ?? []) {
      deferred.reject(
        new Refusal(
          'unprocessable',
          'The device hung up while it was being linked. Ask it for a new QR or code.',
        ),
      );
    }
  }

  /** A phone scans the QR that a device shows. */
  async scan(qr: string, phone: string, name?: string): Promise<Linked> {
    const [ref, noiseKey, identity, advSecret] = readQr(qr);
    const applicant = [...this.applicants.values()].find(({ refs }) => refs.includes(ref));
    if (!applicant) {
      throw new Refusal(
        'gone',
        'No connected device shows this QR (any more). Ask the device for a new one and scan that.',
      );
    }
    const genuine =
      applicant.keys.noiseKey.equals(Buffer.from(noiseKey, 'base64')) &&
      applicant.keys.identity.equals(Buffer.from(identity, 'base64'));
    if (!genuine)
      throw new Refusal('unprocessable', 'The keys in this QR are not those of the device that shows it.');
    await this.refresh.check(applicant, phone, advSecret);
    await this.passkeys.check(applicant, phone, 'qr');
    return this.acceptance.accept(applicant, {
      phone,
      name,
      via: 'qr',
      advSecret: Buffer.from(advSecret, 'base64'),
    });
  }

  /** A person types the code that a device shows. */
  enterCode(code: string, phone: string, name?: string): Promise<Linked> {
    const waiting = [...this.applicants.values()].filter(({ codeRequest }) => codeRequest?.phone === phone);
    const applicant = waiting.at(-1);
    if (!applicant) {
      throw new Refusal(
        'not_found',
        `No device waits for a pairing code on ${phone}. Request a code for this number first.`,
      );
    }
    return this.codes.enter(applicant, code, name);
  }
}

function readQr(qr: string): [ref: string, noiseKey: string, identity: string, advSecret: string] {
  const [ref, noiseKey, identity, advSecret, ...rest] = qr.slice(qr.indexOf('#') + 1).split(',');
  if (!ref || !noiseKey || !identity || !advSecret || rest.length > QR_PARTS - 4) {
    throw new Refusal(
      'unprocessable',
      'This is not a linking QR. Send the text of the QR as the device gives it: a reference and three keys, separated by commas.',
    );
  }
  return [ref, noiseKey, identity, advSecret];
}
