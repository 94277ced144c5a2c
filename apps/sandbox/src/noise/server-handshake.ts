import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { generateKeyPair, sharedSecret, type KeyPair } from '../signal/libsignal.js';

const MODE = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const PROLOGUE = Buffer.from([0x57, 0x41, 6, 3]);
const TAG_LENGTH = 16;
const NOTHING = Buffer.alloc(0);

function nonce(counter: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
}

function seal(key: KeyObject | Buffer, counter: number, plaintext: Uint8Array, data: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter)).setAAD(data);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(key: KeyObject | Buffer, counter: number, sealed: Uint8Array, data: Buffer): Buffer {
  const body = sealed.subarray(0, sealed.length - TAG_LENGTH);
  const cipher = createDecipheriv('aes-256-gcm', key, nonce(counter)).setAAD(data);
  cipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
  return Buffer.concat([cipher.update(body), cipher.final()]);
}

/** The encrypted stream after the handshake: one key and one counter for each direction. */
export class NoiseTransport {
  private written = 0;
  private read = 0;
  private readonly writeKey: KeyObject;
  private readonly readKey: KeyObject;

  /** Both keys are 32 bytes. */
  constructor(writeKey: Buffer, readKey: Buffer) {
    this.writeKey = createSecretKey(writeKey);
    this.readKey = createSecretKey(readKey);
  }

  encrypt(plaintext: Uint8Array): Buffer {
    return seal(this.writeKey, this.written++, plaintext, NOTHING);
  }

  /** @throws when the frame was not made with our keys, or not next */
  decrypt(sealed: Uint8Array): Buffer {
    return open(this.readKey, this.read++, sealed, NOTHING);
  }
}

/** The server's side of Noise XX: hello in, hello out, finish in, then a transport. */
export class ServerHandshake {
  private hash: Buffer = MODE;
  private salt: Buffer = MODE;
  private key: Buffer = MODE;
  private counter = 0;
  private readonly ephemeral = generateKeyPair();

  constructor(
    private readonly identity: KeyPair,
    private readonly certificate: Uint8Array,
  ) {
    this.authenticate(PROLOGUE);
  }

  /** Answers the client's hello. Keys are 32 raw bytes. */
  hello(clientEphemeral: Uint8Array): { ephemeral: Buffer; static: Buffer; payload: Buffer } {
    const ephemeral = this.ephemeral.public;
    this.authenticate(clientEphemeral);
    this.authenticate(ephemeral);
    this.mix(sharedSecret(this.ephemeral.private, clientEphemeral));
    const identity = this.encrypt(this.identity.public);
    this.mix(sharedSecret(this.identity.private, clientEphemeral));
    return { ephemeral, static: identity, payload: this.encrypt(this.certificate) };
  }

  /** @throws when the client did not follow the handshake */
  finish(
    sealedStatic: Uint8Array,
    sealedPayload: Uint8Array,
  ): { clientKey: Buffer; payload: Buffer; transport: NoiseTransport } {
    const clientKey = this.decrypt(sealedStatic);
    this.mix(sharedSecret(this.ephemeral.private, clientKey));
    const payload = this.decrypt(sealedPayload);
    const [clientWrites, clientReads] = this.derive(NOTHING);
    return { clientKey, payload, transport: new NoiseTransport(clientReads, clientWrites) };
  }

  private authenticate(data: Uint8Array): void {
    this.hash = createHash('sha256').update(this.hash).update(data).digest();
  }

  private derive(secret: Uint8Array): [Buffer, Buffer] {
    const bytes = Buffer.from(hkdfSync('sha256', secret, this.salt, NOTHING, 64));
    return [bytes.subarray(0, 32), bytes.subarray(32)];
  }

  private mix(secret: Uint8Array): void {
    [this.salt, this.key] = this.derive(secret);
    this.counter = 0;
  }

  // One counter for both directions: that is how WhatsApp's handshake counts.
  private encrypt(plaintext: Uint8Array): Buffer {
    const sealed = seal(this.key, this.counter++, plaintext, this.hash);
    this.authenticate(sealed);
    return sealed;
  }

  private decrypt(sealed: Uint8Array): Buffer {
    const plaintext = open(this.key, this.counter++, sealed, this.hash);
    this.authenticate(sealed);
    return plaintext;
  }
}
