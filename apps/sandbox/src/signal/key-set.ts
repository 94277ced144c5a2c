import { randomInt } from 'node:crypto';
import { generateKeyPair, sign, typed, type KeyPair } from './libsignal.js';

/** The long-lived Signal keys of one simulated phone. */
export interface KeySet {
  identity: KeyPair;
  registrationId: number;
  signedPreKey: { id: number; pair: KeyPair; signature: Buffer };
}

/** Expensive: one signature in plain JavaScript. */
export function makeKeySet(): KeySet {
  const identity = generateKeyPair();
  const pair = generateKeyPair();
  return {
    identity,
    registrationId: randomInt(1, 16_380),
    signedPreKey: { id: 1, pair, signature: sign(identity.private, typed(pair.public)) },
  };
}

export function writeKeySet(keys: KeySet): string {
  const { identity, registrationId, signedPreKey } = keys;
  return JSON.stringify({
    identity: writePair(identity),
    registrationId,
    signedPreKey: {
      id: signedPreKey.id,
      pair: writePair(signedPreKey.pair),
      signature: signedPreKey.signature.toString('base64'),
    },
  });
}

export function readKeySet(json: string): KeySet {
  const saved = JSON.parse(json) as {
    identity: WrittenPair;
    registrationId: number;
    signedPreKey: { id: number; pair: WrittenPair; signature: string };
  };
  return {
    identity: readPair(saved.identity),
    registrationId: saved.registrationId,
    signedPreKey: {
      id: saved.signedPreKey.id,
      pair: readPair(saved.signedPreKey.pair),
      signature: Buffer.from(saved.signedPreKey.signature, 'base64'),
    },
  };
}

interface WrittenPair {
  public: string;
  private: string;
}

function writePair(pair: KeyPair): WrittenPair {
  return { public: pair.public.toString('base64'), private: pair.private.toString('base64') };
}

function readPair(pair: WrittenPair): KeyPair {
  return { public: Buffer.from(pair.public, 'base64'), private: Buffer.from(pair.private, 'base64') };
}
