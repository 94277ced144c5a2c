import libsignalModule from 'libsignal';
import protobufsModule from 'libsignal/src/protobufs.js';

/** The only door to libsignal, which is written in JavaScript and typed in part. */

/** Curve25519 keys, 32 raw bytes each. */
export interface KeyPair {
  public: Buffer;
  private: Buffer;
}

/** One of libsignal's own pairs: its public keys carry a leading type byte (5). */
export interface TypedKeyPair {
  pubKey: Buffer;
  privKey: Buffer;
}

/** One session with one device of a peer, in libsignal's working form. */
export interface SessionEntry {
  indexInfo: { baseKey: Buffer; used: number };
}

export interface SessionRecord {
  sessions: Record<string, SessionEntry>;
  serialize(): { _sessions: Record<string, object>; version: string };
  getSession(baseKey: Buffer): SessionEntry | undefined;
}

export interface PreKeyMessage {
  preKeyId?: number;
  registrationId: number;
  baseKey: Buffer;
  identityKey: Buffer;
  message: Buffer;
}

export interface SignalStorage {
  loadSession(address: string): Promise<SessionRecord | undefined>;
  storeSession(address: string, record: SessionRecord): Promise<void>;
  isTrustedIdentity(): boolean;
  loadPreKey(id: number): Promise<TypedKeyPair | undefined>;
  loadSignedPreKey(): TypedKeyPair;
  getOurIdentity(): TypedKeyPair;
  getOurRegistrationId(): number;
}

/** What a device publishes so that others can write to it first. Public keys carry the type byte. */
export interface PreKeyBundle {
  registrationId: number;
  identityKey: Buffer;
  signedPreKey: { keyId: number; publicKey: Buffer; signature: Buffer };
  preKey?: { keyId: number; publicKey: Buffer };
}

interface Libsignal {
  curve: {
    generateKeyPair(): TypedKeyPair;
    calculateAgreement(publicKey: Buffer, privateKey: Buffer): Buffer;
    calculateSignature(privateKey: Buffer, message: Uint8Array): Buffer;
    verifySignature(publicKey: Buffer, message: Uint8Array, signature: Uint8Array): boolean;
  };
  ProtocolAddress: new (id: string, device: number) => object;
  SessionRecord: { new (): SessionRecord; deserialize(data: object): SessionRecord };
  SessionCipher: new (
    storage: SignalStorage,
    address: object,
  ) => {
    encrypt(plaintext: Buffer): Promise<{ type: number; body: Buffer }>;
    doDecryptWhisperMessage(ciphertext: Buffer, session: SessionEntry): Promise<Buffer>;
  };
  SessionBuilder: new (
    storage: SignalStorage,
    address: object,
  ) => {
    initOutgoing(bundle: PreKeyBundle): Promise<void>;
    initIncoming(record: SessionRecord, message: PreKeyMessage): Promise<number | undefined>;
  };
}

const libsignal = libsignalModule as unknown as Libsignal;
const protobufs = protobufsModule as unknown as {
  PreKeyWhisperMessage: { decode(bytes: Uint8Array): PreKeyMessage };
};

export const { ProtocolAddress, SessionRecord, SessionCipher, SessionBuilder } = libsignal;

const TYPE_BYTE = Buffer.from([5]);

/** Adds the type byte to a raw public key. */
export function typed(publicKey: Uint8Array): Buffer {
  return publicKey.length === 33 ? Buffer.from(publicKey) : Buffer.concat([TYPE_BYTE, publicKey]);
}

export function generateKeyPair(): KeyPair {
  const { pubKey, privKey } = libsignal.curve.generateKeyPair();
  return { public: Buffer.from(pubKey.subarray(1)), private: Buffer.from(privKey) };
}

export function sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  return libsignal.curve.calculateAgreement(typed(publicKey), Buffer.from(privateKey));
}

/** About 17 ms: plain JavaScript arithmetic. */
export function sign(privateKey: Uint8Array, message: Uint8Array): Buffer {
  return libsignal.curve.calculateSignature(Buffer.from(privateKey), message);
}

/** Baileys' `Curve.verify` accepts anything; this one does not. Malformed keys and signatures are false, too. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if ((publicKey.length !== 32 && publicKey.length !== 33) || signature.length !== 64) return false;
  return libsignal.curve.verifySignature(typed(publicKey), message, signature) === true;
}

/** A first message: version byte, then a protocol buffer that carries keys and the message itself. */
export function parsePreKeyMessage(ciphertext: Buffer): PreKeyMessage {
  return protobufs.PreKeyWhisperMessage.decode(ciphertext.subarray(1));
}
