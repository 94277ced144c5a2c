import { toBuffer, type Store } from '../storage/store.js';
import type { KeyPool } from './key-pool.js';
import { readKeySet, writeKeySet, type KeySet } from './key-set.js';
import { generateKeyPair, typed, type PreKeyBundle, type TypedKeyPair } from './libsignal.js';

const KEYS_KNOWN = 10_000;

/** The Signal keys of the simulated phones. A phone gets its keys when somebody first needs them. Call within a unit. */
export class PhoneKeys {
  /** Keys never change once they are saved. */
  private readonly known = new Map<string, KeySet>();

  constructor(
    private readonly store: Store,
    private readonly pool: KeyPool,
  ) {}

  of(phone: string): KeySet {
    const known = this.known.get(phone);
    if (known) return known;
    const row = this.store.find<{ keys: string | null }>('SELECT keys FROM person WHERE phone = ?', phone);
    if (row?.keys) {
      const saved = readKeySet(row.keys);
      this.store.afterCommit(() => this.remember(phone, saved));
      return saved;
    }
    const keys = this.pool.take();
    this.store.run('UPDATE person SET keys = ? WHERE phone = ?', writeKeySet(keys), phone);
    return keys;
  }

  /** What a sender needs to write to this phone first; each call hands out one new one-time pre-key. */
  publish(phone: string): PreKeyBundle {
    const { identity, registrationId, signedPreKey } = this.of(phone);
    const pair = generateKeyPair();
    const last = this.store.find<{ id: number }>(
      'SELECT coalesce(max(id), 0) AS id FROM phone_pre_key WHERE phone = ?',
      phone,
    );
    const keyId = (last?.id ?? 0) + 1;
    this.store.run(
      'INSERT INTO phone_pre_key (phone, id, private, public) VALUES (?, ?, ?, ?)',
      phone,
      keyId,
      pair.private,
      pair.public,
    );
    return {
      registrationId,
      identityKey: typed(identity.public),
      signedPreKey: {
        keyId: signedPreKey.id,
        publicKey: typed(signedPreKey.pair.public),
        signature: signedPreKey.signature,
      },
      preKey: { keyId, publicKey: typed(pair.public) },
    };
  }

  findPreKey(phone: string, id: number): TypedKeyPair | undefined {
    const row = this.store.find<{ private: Uint8Array; public: Uint8Array }>(
      'SELECT private, public FROM phone_pre_key WHERE phone = ? AND id = ? AND length(private) > 0',
      phone,
      id,
    );
    return row && { privKey: toBuffer(row.private), pubKey: typed(row.public) };
  }

  /** A one-time pre-key is worth one session. The newest stays as a mark, emptied, so that its id is never given again. */
  spend(phone: string, id: number): void {
    this.store.run(
      `DELETE FROM phone_pre_key WHERE phone = ?1 AND id = ?2
         AND id < (SELECT max(id) FROM phone_pre_key WHERE phone = ?1)`,
      phone,
      id,
    );
    this.store.run("UPDATE phone_pre_key SET private = x'' WHERE phone = ? AND id = ?", phone, id);
  }

  private remember(phone: string, keys: KeySet): void {
    if (this.known.size >= KEYS_KNOWN) this.known.clear();
    this.known.set(phone, keys);
  }
}
