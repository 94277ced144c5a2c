import { Curve, type AuthenticationCreds } from '@whiskeysockets/baileys';
import type { KeyStore } from './key-store.js';

/**
 * Baileys offers a pre-key in its second request for a message, and stores it only after that request has left. A key that was made
 * before is offered instead of a new one, so there is always one, durable.
 */
export class SparePreKey {
  constructor(
    private readonly creds: AuthenticationCreds,
    private readonly keys: Pick<KeyStore, 'note'>,
    private readonly keepCreds: () => void,
  ) {}

  /**
   * Makes one if there is none. Call it before the connection begins, and when Baileys has just told in `creds.update` which keys it took:
   * at no other time, because it may be about to use the same number.
   */
  replenish(): void {
    if (this.creds.firstUnuploadedPreKeyId < this.creds.nextPreKeyId) return;
    const id = this.creds.nextPreKeyId;
    this.keys.note({ 'pre-key': { [id]: Curve.generateKeyPair() } });
    this.creds.nextPreKeyId = id + 1;
    this.keepCreds();
  }
}
