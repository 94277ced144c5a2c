import { BufferJSON } from '@whiskeysockets/baileys';
import {
  GroupCipher,
  GroupSessionBuilder,
  SenderKeyDistributionMessage,
  SenderKeyMessage,
  SenderKeyName,
  SenderKeyRecord,
} from '@whiskeysockets/baileys/lib/Signal/Group/index.js';
import { createCipheriv } from 'node:crypto';
import type { Store } from '../storage/store.js';
import type { PeerDevice } from './sessions.js';

/**
 * The sender keys of simulated phones: in a group each device encrypts a message once, with its own key, which it gave
 * to the others before over their sessions. Call within a unit.
 */
export class SenderKeys {
  constructor(private readonly store: Store) {}

  /** Takes the key that a member's device gave away. A key that is known is not taken back to an older state. */
  async accept(holder: string, group: string, author: PeerDevice, distribution: Uint8Array): Promise<void> {
    const message = new SenderKeyDistributionMessage(null, null, null, null, distribution);
    const known = this.load(holder, group, author).getSenderKeyState(message.getId());
    if (known?.getSigningKeyPublic().equals(message.getSignatureKey())) return;
    await new GroupSessionBuilder(this.storageFor(holder, group, author)).process(nameOf(group), message);
  }

  /** @throws when the author's key is not here, its signature is wrong, or it was used before */
  async decrypt(holder: string, group: string, author: PeerDevice, bytes: Uint8Array): Promise<Buffer> {
    const cipher = new GroupCipher(this.storageFor(holder, group, author), nameOf(group));
    return Buffer.from(await cipher.decrypt(bytes));
  }

  /** What the others need to read what this phone writes from now on. Made when the phone first writes. */
  async distribution(holder: string, group: string): Promise<Buffer> {
    const builder = new GroupSessionBuilder(this.storageFor(holder, group, phoneOf(holder)));
    return Buffer.from((await builder.create(nameOf(group))).serialize());
  }

  /** Encrypts with the phone's own key. @throws when `distribution` was never asked for */
  encrypt(holder: string, group: string, plaintext: Buffer): Buffer {
    const record = this.load(holder, group, phoneOf(holder));
    const state = record.getSenderKeyState();
    if (!state) throw new Error('no sender key');
    const chain = state.getSenderChainKey();
    const key = chain.getSenderMessageKey();
    state.setSenderChainKey(chain.getNext());
    this.save(holder, group, phoneOf(holder), record);
    const cipher = createCipheriv('aes-256-cbc', key.getCipherKey(), key.getIv());
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const signing = state.getSigningKeyPrivate();
    return Buffer.from(
      new SenderKeyMessage(state.getKeyId(), key.getIteration(), ciphertext, signing).serialize(),
    );
  }

  /** Notes that a device was given this phone's key. @returns false if it was before */
  share(holder: string, group: string, to: PeerDevice): boolean {
    const { changes } = this.store.run(
      'INSERT INTO sender_key_share (holder, group_jid, phone, device) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      holder,
      group,
      to.phone,
      to.device,
    );
    return changes > 0;
  }

  private storageFor(holder: string, group: string, author: PeerDevice) {
    return {
      loadSenderKey: () => Promise.resolve(this.load(holder, group, author)),
      storeSenderKey: (_name: SenderKeyName, record: SenderKeyRecord) => {
        this.save(holder, group, author, record);
        return Promise.resolve();
      },
    };
  }

  private load(holder: string, group: string, author: PeerDevice): SenderKeyRecord {
    const row = this.store.find<{ record: string }>(
      'SELECT record FROM sender_key WHERE holder = ? AND group_jid = ? AND author = ? AND device = ?',
      holder,
      group,
      author.phone,
      author.device,
    );
    return row ? SenderKeyRecord.deserialize(Buffer.from(row.record)) : new SenderKeyRecord();
  }

  private save(holder: string, group: string, author: PeerDevice, record: SenderKeyRecord): void {
    this.store.run(
      `INSERT INTO sender_key (holder, group_jid, author, device, record) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET record = excluded.record`,
      holder,
      group,
      author.phone,
      author.device,
      JSON.stringify(record.serialize(), BufferJSON.replacer),
    );
  }
}

const phoneOf = (holder: string): PeerDevice => ({ phone: holder, device: 0 });

/** The storage of each author's key is its own, so the name need not tell authors apart. */
function nameOf(group: string): SenderKeyName {
  return new SenderKeyName(group, { id: 'author', deviceId: 0 });
}
