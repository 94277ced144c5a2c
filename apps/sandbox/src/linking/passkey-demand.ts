import { randomBytes } from 'node:crypto';
import type { Conditions } from '../faults/conditions.js';
import type { Journal } from '../journal/journal.js';
import { node, SERVER_JID, stanzaTime } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import type { Store } from '../storage/store.js';
import type { Applicant } from './applicant.js';

/** Some accounts link a device only after a passkey was shown on it: the server asks the device for one, and nothing more comes. */
export class PasskeyDemand {
  constructor(
    private readonly store: Store,
    private readonly conditions: Conditions,
    private readonly journal: Journal,
  ) {}

  /** @throws Refusal when the account needs a passkey; the device has been asked for it then */
  async check({ connection }: Applicant, phone: string, via: 'qr' | 'code'): Promise<void> {
    if (!this.conditions.passkeyRequired(phone)) return;
    const id = randomBytes(8).toString('hex');
    const options = { challenge: randomBytes(32).toString('base64url'), rpId: 'whatsapp.com' };
    const attrs = { from: SERVER_JID, type: 'passkey_prologue_request', id, t: stanzaTime() };
    const content = Buffer.from(JSON.stringify({ ...options, userVerification: 'required' }));
    await this.store.unit(() => {
      const reason = 'passkey required';
      this.journal.append('pairing_failed', { phone, connection: connection.id, via, reason });
      this.store.afterCommit(() =>
        connection.send(node('notification', attrs, [node('passkey_request_options', {}, content)])),
      );
    });
    throw new Refusal(
      'unprocessable',
      `${phone} links a device only with a passkey, and the device was asked for it. End this with the fault "clear".`,
    );
  }
}
