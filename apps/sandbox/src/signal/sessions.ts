import type { Store } from '../storage/store.js';
import {
  parsePreKeyMessage,
  ProtocolAddress,
  SessionBuilder,
  SessionCipher,
  SessionRecord,
  typed,
  verify,
  type PreKeyBundle,
  type SessionEntry,
  type SignalStorage,
} from './libsignal.js';
import type { PhoneKeys } from './phone-keys.js';

export type CipherType = 'pkmsg' | 'msg';

export interface Ciphertext {
  type: CipherType;
  bytes: Buffer;
}

/** A device on the other side of a session: 0 is the peer's phone, others are linked devices. */
export interface PeerDevice {
  phone: string;
  device: number;
}

const RECORD_VERSION = 'v1';
const SESSIONS_KEPT = 10;

/**
 * The Signal sessions of simulated phones. Call within a unit.
 *
 * libsignal ratchets every session it tries in vain and stores the damage. Here each session is a row of its own: it is
 * tried on a copy, and only the one that fits is written back.
 */
export class Sessions {
  private lastUse: number | undefined;

  constructor(
    private readonly store: Store,
    private readonly keys: PhoneKeys,
  ) {}

  has(holder: string, peer: PeerDevice): boolean {
    return this.newest(holder, peer) !== undefined;
  }

  /** Starts a session from what the device published. @throws when its signed pre-key is not signed by its identity */
  async start(holder: string, peer: PeerDevice, bundle: PreKeyBundle): Promise<void> {
    const { publicKey, signature } = bundle.signedPreKey;
    if (!verify(bundle.identityKey, publicKey, signature))
      throw new Error('the signed pre-key has a wrong signature');
    const storage = this.storageFor(holder, peer, undefined);
    await new SessionBuilder(storage, addressOf(holder, peer)).initOutgoing(bundle);
  }

  /** Encrypts in the session used last. @throws when there is none */
  async encrypt(holder: string, peer: PeerDevice, plaintext: Buffer): Promise<Ciphertext> {
    const record = this.newest(holder, peer);
    if (!record) throw new Error('no session');
    const cipher = new SessionCipher(this.storageFor(holder, peer, record), addressOf(holder, peer));
    const { type, body } = await cipher.encrypt(plaintext);
    return { type: type === 3 ? 'pkmsg' : 'msg', bytes: Buffer.from(body) };
  }

  /** @throws when no session fits, or its message key was used before */
  async decrypt(holder: string, peer: PeerDevice, { type, bytes }: Ciphertext): Promise<Buffer> {
    return type === 'pkmsg' ? this.decryptFirst(holder, peer, bytes) : this.decryptNext(holder, peer, bytes);
  }

  private async decryptFirst(holder: string, peer: PeerDevice, bytes: Buffer): Promise<Buffer> {
    const message = parsePreKeyMessage(bytes);
    const record = this.byBaseKey(holder, peer, message.baseKey.toString('base64')) ?? new SessionRecord();
    const storage = this.storageFor(holder, peer, record);
    const address = addressOf(holder, peer);
    const spent = await new SessionBuilder(storage, address).initIncoming(record, message);
    const session = record.getSession(message.baseKey);
    if (!session) throw new Error('the message opened no session');
    const plaintext = await new SessionCipher(storage, address).doDecryptWhisperMessage(
      message.message,
      session,
    );
    this.save(holder, peer, record, session);
    if (spent) this.keys.spend(holder, spent);
    return plaintext;
  }

  private async decryptNext(holder: string, peer: PeerDevice, bytes: Buffer): Promise<Buffer> {
    const failures = new Set<string>();
    for (const record of this.all(holder, peer)) {
      const session = Object.values(record.sessions)[0]!;
      const cipher = new SessionCipher(this.storageFor(holder, peer, record), addressOf(holder, peer));
      try {
        const plaintext = await cipher.doDecryptWhisperMessage(bytes, session);
        this.save(holder, peer, record, session);
        return plaintext;
      } catch (error) {
        failures.add((error as Error).message);
      }
    }
    throw new Error(failures.size === 0 ? 'no session' : [...failures].join('; '));
  }

  private storageFor(holder: string, peer: PeerDevice, record: SessionRecord | undefined): SignalStorage {
    const own = this.keys.of(holder);
    return {
      loadSession: () => Promise.resolve(record),
      storeSession: (_address, stored) => {
        for (const session of Object.values(stored.sessions)) this.save(holder, peer, stored, session);
        return Promise.resolve();
      },
      isTrustedIdentity: () => true,
      loadPreKey: (id) => Promise.resolve(this.keys.findPreKey(holder, id)),
      loadSignedPreKey: () => ({
        privKey: own.signedPreKey.pair.private,
        pubKey: typed(own.signedPreKey.pair.public),
      }),
      getOurIdentity: () => ({ privKey: own.identity.private, pubKey: typed(own.identity.public) }),
      getOurRegistrationId: () => own.registrationId,
    };
  }

  private save(holder: string, peer: PeerDevice, record: SessionRecord, session: SessionEntry): void {
    const baseKey = session.indexInfo.baseKey.toString('base64');
    const entry = JSON.stringify(record.serialize()._sessions[baseKey]);
    const { changes } = this.store.run(
      `UPDATE session SET entry = ?, used = ? WHERE holder = ? AND peer = ? AND device = ? AND base_key = ?`,
      entry,
      this.nextUse(),
      holder,
      peer.phone,
      peer.device,
      baseKey,
    );
    if (changes === 0) this.add(holder, peer, baseKey, entry);
  }

  private add(holder: string, peer: PeerDevice, baseKey: string, entry: string): void {
    this.store.run(
      'INSERT INTO session (holder, peer, device, base_key, entry, used) VALUES (?, ?, ?, ?, ?, ?)',
      holder,
      peer.phone,
      peer.device,
      baseKey,
      entry,
      this.nextUse(),
    );
    this.store.run(
      `DELETE FROM session WHERE holder = ?1 AND peer = ?2 AND device = ?3 AND base_key NOT IN (
         SELECT base_key FROM session WHERE holder = ?1 AND peer = ?2 AND device = ?3 ORDER BY used DESC LIMIT ?4)`,
      holder,
      peer.phone,
      peer.device,
      SESSIONS_KEPT,
    );
  }

  /** Rises with every use of any session, so that `used` orders them. */
  private nextUse(): number {
    this.lastUse ??= this.store.find<{ used: number }>(
      'SELECT coalesce(max(used), 0) AS used FROM session',
    )!.used;
    return ++this.lastUse;
  }

  private newest(holder: string, peer: PeerDevice): SessionRecord | undefined {
    return this.all(holder, peer, 1)[0];
  }

  private all(holder: string, peer: PeerDevice, limit = SESSIONS_KEPT): SessionRecord[] {
    return this.store
      .list<SessionRow>(
        `SELECT base_key, entry FROM session WHERE holder = ? AND peer = ? AND device = ?
           ORDER BY used DESC LIMIT ?`,
        holder,
        peer.phone,
        peer.device,
        limit,
      )
      .map(toRecord);
  }

  private byBaseKey(holder: string, peer: PeerDevice, baseKey: string): SessionRecord | undefined {
    const row = this.store.find<SessionRow>(
      'SELECT base_key, entry FROM session WHERE holder = ? AND peer = ? AND device = ? AND base_key = ?',
      holder,
      peer.phone,
      peer.device,
      baseKey,
    );
    return row && toRecord(row);
  }
}

interface SessionRow {
  base_key: string;
  entry: string;
}

function toRecord({ base_key, entry }: SessionRow): SessionRecord {
  return SessionRecord.deserialize({
    _sessions: { [base_key]: JSON.parse(entry) as object },
    version: RECORD_VERSION,
  });
}

/** Named after both sides: libsignal queues by this text across everything that runs in the process. */
function addressOf(holder: string, peer: PeerDevice): object {
  return new ProtocolAddress(`sandbox ${holder} ${peer.phone}`, peer.device);
}
