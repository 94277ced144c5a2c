import { describe, expect, it } from '@jest/globals';
import { makeNoiseHandler, NOISE_WA_HEADER, proto } from '@whiskeysockets/baileys';
import { generateKeyPair, verify } from '../signal/libsignal.js';
import { certificateChain } from './certificate.js';
import { frame, FrameReader } from './frames.js';
import { ServerHandshake } from './server-handshake.js';

const quiet = {
  level: 'silent',
  child: () => quiet,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
};
const intro = Buffer.from(NOISE_WA_HEADER);

describe('the Noise handshake', () => {
  const server = generateKeyPair();
  const certificate = certificateChain(generateKeyPair(), generateKeyPair(), server.public, new Date());

  const clientOf = (ephemeral: { public: Buffer; private: Buffer }) =>
    makeNoiseHandler({ keyPair: ephemeral, NOISE_HEADER: intro, logger: quiet as never });

  it('agrees with Baileys on keys, and learns the static key and the payload of the client', async () => {
    const ephemeral = generateKeyPair();
    const noiseKey = generateKeyPair();
    const client = clientOf(ephemeral);
    const handshake = new ServerHandshake(server, certificate);
    const sealedKey = client.processHandshake(
      proto.HandshakeMessage.create({ serverHello: handshake.hello(ephemeral.public) }),
      noiseKey,
    );
    const sealedPayload = client.encrypt(Buffer.from('who I am'));
    const { clientKey, payload, transport } = handshake.finish(sealedKey, sealedPayload);
    expect(clientKey).toEqual(noiseKey.public);
    expect(payload.toString()).toBe('who I am');

    await client.finishInit();
    const reader = new FrameReader();
    for (const text of ['first', 'second']) {
      const [sealed] = reader.push(Buffer.from(client.encodeFrame(Buffer.from(text))));
      expect(transport.decrypt(sealed!).toString()).toBe(text);
    }
    const stanza = Buffer.concat([Buffer.of(0), Buffer.of(248, 1, 252, 4), Buffer.from('ping')]);
    const heard: unknown[] = [];
    await client.decodeFrame(frame(transport.encrypt(stanza)), (each) => heard.push(each));
    expect(heard).toMatchObject([{ tag: 'ping' }]);
  });

  it('rejects a client that does not own the key it shows', () => {
    const ephemeral = generateKeyPair();
    const client = clientOf(ephemeral);
    const handshake = new ServerHandshake(server, certificate);
    const stranger = { public: generateKeyPair().public, private: generateKeyPair().private };
    const sealedKey = client.processHandshake(
      proto.HandshakeMessage.create({ serverHello: handshake.hello(ephemeral.public) }),
      stranger,
    );
    expect(() => handshake.finish(sealedKey, client.encrypt(Buffer.from('me')))).toThrow();
  });

  it('shows a certificate whose signatures are genuine', () => {
    const root = generateKeyPair();
    const chain = proto.CertChain.decode(
      certificateChain(root, generateKeyPair(), server.public, new Date()),
    );
    const middle = proto.CertChain.NoiseCertificate.Details.decode(chain.intermediate!.details!);
    const leaf = proto.CertChain.NoiseCertificate.Details.decode(chain.leaf!.details!);
    expect(verify(root.public, chain.intermediate!.details!, chain.intermediate!.signature!)).toBe(true);
    expect(verify(middle.key!, chain.leaf!.details!, chain.leaf!.signature!)).toBe(true);
    expect(verify(root.public, chain.leaf!.details!, chain.leaf!.signature!)).toBe(false);
    expect(Buffer.from(leaf.key!)).toEqual(server.public);
  });
});

describe('frames', () => {
  const frames = Buffer.concat([frame(Buffer.from('one')), frame(Buffer.from('two'))]);

  it('come whole however the bytes are cut', () => {
    const reader = new FrameReader();
    const heard: string[] = [];
    for (const byte of Buffer.concat([intro, frames])) {
      heard.push(...reader.push(Buffer.of(byte)).map(String));
    }
    expect(heard).toEqual(['one', 'two']);
  });

  it('may follow a routing header', () => {
    const routing = Buffer.concat([Buffer.from('ED'), Buffer.of(0, 1, 0, 0, 2), Buffer.of(8, 2)]);
    expect(new FrameReader().push(Buffer.concat([routing, intro, frames])).map(String)).toEqual([
      'one',
      'two',
    ]);
  });

  it('are refused from who does not begin as WhatsApp Web does', () => {
    expect(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1'))).toThrow();
  });
});
