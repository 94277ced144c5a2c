import { proto } from '@whiskeysockets/baileys';
import { sign, type KeyPair } from '../signal/libsignal.js';

const { Details } = proto.CertChain.NoiseCertificate;
const ROOT_SERIAL = 0;
const INTERMEDIATE_SERIAL = 1;
const LEAF_SERIAL = 2;
const YEARS_VALID = 30;

/** A certificate chain as WhatsApp's servers show it: the root signs the intermediate, which signs the server's key. */
export function certificateChain(
  root: KeyPair,
  intermediate: KeyPair,
  serverKey: Uint8Array,
  now: Date,
): Uint8Array {
  const notBefore = Math.floor(now.getTime() / 1000);
  const validity = { notBefore, notAfter: notBefore + YEARS_VALID * 365 * 24 * 3600 };
  const middle = Details.encode({
    serial: INTERMEDIATE_SERIAL,
    issuerSerial: ROOT_SERIAL,
    key: intermediate.public,
    ...validity,
  }).finish();
  const leaf = Details.encode({
    serial: LEAF_SERIAL,
    issuerSerial: INTERMEDIATE_SERIAL,
    key: serverKey,
    ...validity,
  }).finish();
  return proto.CertChain.encode({
    intermediate: { details: middle, signature: sign(root.private, middle) },
    leaf: { details: leaf, signature: sign(intermediate.private, leaf) },
  }).finish();
}
