import { randomBytes } from 'node:crypto';
import { jidToPhone } from '@waypost/kernel';
import type { Journal } from '../journal/journal.js';
import { bytesOf, childOf, node, SERVER_JID, stanzaTime, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import { generateKeyPair, type KeyPair } from '../signal/libsignal.js';
import { IqError, iqFailure } from '../stanzas/iq.js';
import type { Store } from '../storage/store.js';
import type { Acceptance, Linked } from './acceptance.js';
import type { Applicant, CodeRequest } from './applicant.js';
import { Deferred } from './deferred.js';
import type { PasskeyDemand } from './passkey-demand.js';
import { normalizeCode, openBundle, unwrapEphemeral, wrapEphemeral } from './pairing-code.js';

const ANSWER_TIMEOUT_MS = 10_000;
const FINISH = 'companion_finish';
/** What a client may call itself to be linked by code. WhatsApp knows some more systems; it does not know names of products. */
const KNOWN_CLIENT = /^(Chrome|Edge|Firefox|IE|Opera|Safari) \((Windows|Mac OS|Linux|Ubuntu|Android|iOS)\)$/;

/** Linking by code: device says hello, phone answers with keys under the code, device finishes with its own. */
export class CodePairing {
  constructor(
    private readonly store: Store,
    private readonly acceptance: Acceptance,
    private readonly journal: Journal,
    private readonly passkeys: PasskeyDemand,
  ) {}

  async receive(applicant: Applicant, stanza: Node, registration: Node): Promise<void> {
    const reply = { from: SERVER_JID, type: 'result', id: stanza.attrs.id };
    if (registration.attrs.stage === FINISH) {
      applicant.connection.send(node('iq', reply));
      applicant.awaited.get(FINISH)?.resolve(registration);
      return;
    }
    const phone = jidToPhone(registration.attrs.jid ?? '');
    if (!phone) throw new Error('the device asked for a pairing code without a phone number');
    const client = bytesOf(childOf(registration, 'companion_platform_display')).toString();
    if (!KNOWN_CLIENT.test(client)) return this.refuse(applicant, stanza, phone);
    const ref = Buffer.from(randomBytes(16).toString('base64url'));
    const wrappedEphemeral = bytesOf(
      childOf(registration, 'link_code_pairing_wrapped_companion_ephemeral_pub'),
    );
    applicant.codeRequest = { phone, ref, wrappedEphemeral };
    await this.store.unit(() => {
      this.journal.append('pairing_offered', { connection: applicant.connection.id, via: 'code', phone });
      const answer = node('link_code_companion_reg', { stage: 'companion_hello' }, [
        node('link_code_pairing_ref', {}, ref),
      ]);
      this.store.afterCommit(() => applicant.connection.send(node('iq', reply, [answer])));
    });
  }

  private async refuse({ connection }: Applicant, stanza: Node, phone: string): Promise<void> {
    await this.store.unit(() => {
      const reason = 'unknown client';
      this.journal.append('pairing_failed', { phone, connection: connection.id, via: 'code', reason });
      this.store.afterCommit(() => connection.send(iqFailure(stanza, new IqError(400, 'bad-request'))));
    });
  }

  async enter(applicant: Applicant, typedCode: string, name?: string): Promise<Linked> {
    const request = applicant.codeRequest!;
    const code = normalizeCode(typedCode);
    const identity = await this.store.unit(() => this.acceptance.identityOf(request.phone));
    const ephemeral = generateKeyPair();
    const [companionEphemeral, wrapped] = await Promise.all([
      unwrapEphemeral(request.wrappedEphemeral, code),
      wrapEphemeral(ephemeral.public, code),
    ]);
    const { finish, acked } = this.sayHello(applicant, request, identity, wrapped);
    const bundle = bytesOf(childOf(await finish.promise, 'link_code_pairing_wrapped_key_bundle'));
    const opened = openBundle(bundle, { ephemeral, identity }, companionEphemeral);
    // The device acks the phone's hello when it has done everything about it; only then it may be accepted.
    await acked.promise;
    applicant.awaited.clear();
    if (!opened?.companionIdentity.equals(applicant.keys.identity)) {
      await this.store.unit(() =>
        this.journal.append('pairing_failed', {
          phone: request.phone,
          connection: applicant.connection.id,
          via: 'code',
          reason: 'wrong code',
        }),
      );
      throw new Refusal('unprocessable', 'Wrong code. Type the code that the device shows at this moment.');
    }
    await this.passkeys.check(applicant, request.phone, 'code');
    return this.acceptance.accept(applicant, {
      phone: request.phone,
      name,
      via: 'code',
      advSecret: opened.advSecret,
    });
  }

  private sayHello(
    applicant: Applicant,
    request: CodeRequest,
    identity: KeyPair,
    wrapped: Buffer,
  ): { finish: Deferred<Node>; acked: Deferred<Node> } {
    const id = randomBytes(8).toString('hex');
    const late = 'The device did not answer the code. Ask it for a new one.';
    const finish = new Deferred<Node>(ANSWER_TIMEOUT_MS, late);
    const acked = new Deferred<Node>(ANSWER_TIMEOUT_MS, late);
    applicant.awaited.set(FINISH, finish);
    applicant.awaited.set(`ack notification ${id}`, acked);
    const attrs = { from: SERVER_JID, type: 'link_code_companion_reg', id, t: stanzaTime() };
    const hello = node('link_code_companion_reg', { stage: 'primary_hello' }, [
      node('link_code_pairing_ref', {}, request.ref),
      node('primary_identity_pub', {}, identity.public),
      node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
    ]);
    applicant.connection.send(node('notification', attrs, [hello]));
    return { finish, acked };
  }
}
