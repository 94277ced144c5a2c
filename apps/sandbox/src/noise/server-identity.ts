import { generateKeyPair, type KeyPair } from '../signal/libsignal.js';
import type { Store } from '../storage/store.js';
import { certificateChain } from './certificate.js';

export interface ServerIdentity {
  key: KeyPair;
  certificate: Buffer;
}

const SETTING = 'server-identity';

/** The server's key and certificate: made once, then kept with the data. Call within a unit. */
export function loadServerIdentity(store: Store, now: Date): ServerIdentity {
  const saved = store.find<{ value: string }>('SELECT value FROM setting WHERE name = ?', SETTING);
  if (saved) {
    const { publicKey, privateKey, certificate } = JSON.parse(saved.value) as Record<string, string>;
    return {
      key: { public: Buffer.from(publicKey!, 'base64'), private: Buffer.from(privateKey!, 'base64') },
      certificate: Buffer.from(certificate!, 'base64'),
    };
  }
  const key = generateKeyPair();
  const certificate = Buffer.from(certificateChain(generateKeyPair(), generateKeyPair(), key.public, now));
  const value = JSON.stringify({
    publicKey: key.public.toString('base64'),
    privateKey: key.private.toString('base64'),
    certificate: certificate.toString('base64'),
  });
  store.run('INSERT INTO setting (name, value) VALUES (?, ?)', SETTING, value);
  return { key, certificate };
}
