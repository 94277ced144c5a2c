import { randomBytes } from 'node:crypto';
import type { Conditions } from '../faults/conditions.js';
import type { Journal } from '../journal/journal.js';
import { node, SERVER_JID, stanzaTime, type Node } from '../nodes/node.js';
import { Refusal } from '../refusal.js';
import type { Store } from '../storage/store.js';
import type { Applicant } from './applicant.js';
import { Deferred } from './deferred.js';

const ANSWER_TIMEOUT_MS = 5_000;
const SCAN_THE_NEW_ONE = 'This QR was replaced. Scan the one that the device shows now.';

/**
 * At the moment of a scan the server may retire the secret in the QR (`companion_reg_refresh`). The phone then says that it could not
 * link; the device makes a new secret, shows the same reference with it, and acknowledges; that one can be scanned.
 */
export class QrRefresh {
  constructor(
    private readonly store: Store,
    private readonly conditions: Conditions,
    private readonly journal: Journal,
  ) {}

  /** @throws Refusal when the phone has to scan another QR; the device has been asked for it then */
  async check(applicant: Applicant, phone: string, advSecret: string): Promise<void> {
    const { connection, retiredSecrets } = applicant;
    if (retiredSecrets.has(advSecret)) throw new Refusal('gone', SCAN_THE_NEW_ONE);
    if (!this.conditions.refusesScan(phone)) return;
    retiredSecrets.add(advSecret);
    const id = randomBytes(8).toString('hex');
    const acked = new Deferred<Node>(
      ANSWER_TIMEOUT_MS,
      'The device did not acknowledge that its QR was replaced.',
    );
    applicant.awaited.set(`ack notification ${id}`, acked);
    const attrs = { from: SERVER_JID, type: 'companion_reg_refresh', id, t: stanzaTime() };
    await this.store.unit(() => {
      const reason = 'QR replaced';
      this.journal.append('pairing_failed', { phone, connection: connection.id, via: 'qr', reason });
      this.store.afterCommit(() =>
        connection.send(node('notification', attrs, [node('companion_reg_refresh', {})])),
      );
    });
    await acked.promise;
    applicant.awaited.delete(`ack notification ${id}`);
    throw new Refusal('gone', SCAN_THE_NEW_ONE);
  }
}
