import { bigEndian, bytesOf, childOf, node, numberOf, type Node } from '../nodes/node.js';
import { typed, type PreKeyBundle } from '../signal/libsignal.js';

/** How keys travel in stanzas: ids in 3 bytes, public keys in 32 bytes without their type byte. */

export function publicOf(typedKey: Buffer): Buffer {
  return typedKey.length === 33 ? typedKey.subarray(1) : typedKey;
}

export function keyNode({ keyId, publicKey }: { keyId: number; publicKey: Buffer }): Node {
  return node('key', {}, [node('id', {}, bigEndian(keyId, 3)), node('value', {}, publicOf(publicKey))]);
}

export function signedKeyNode({ keyId, publicKey, signature }: PreKeyBundle['signedPreKey']): Node {
  return node('skey', {}, [
    node('id', {}, bigEndian(keyId, 3)),
    node('value', {}, publicOf(publicKey)),
    node('signature', {}, signature),
  ]);
}

export function bundleNodes(bundle: PreKeyBundle): Node[] {
  return [
    node('registration', {}, bigEndian(bundle.registrationId, 4)),
    node('type', {}, Buffer.from([5])),
    node('identity', {}, publicOf(bundle.identityKey)),
    signedKeyNode(bundle.signedPreKey),
    ...(bundle.preKey ? [keyNode(bundle.preKey)] : []),
  ];
}

/** Reads `<key>` or `<skey>`: the id, the raw public key, and the signature if there is one. */
export function readKey(
  carrier: Node | undefined,
): { id: number; key: Buffer; signature: Buffer } | undefined {
  const key = bytesOf(childOf(carrier, 'value'));
  if (!carrier || key.length !== 32) return undefined;
  return { id: numberOf(childOf(carrier, 'id')), key, signature: bytesOf(childOf(carrier, 'signature')) };
}

/** The keys that a retry receipt may bring for a new session. */
export function readRetryBundle(receipt: Node): PreKeyBundle | undefined {
  const keys = childOf(receipt, 'keys');
  const identity = bytesOf(childOf(keys, 'identity'));
  const signed = readKey(childOf(keys, 'skey'));
  if (identity.length !== 32 || !signed) return undefined;
  const preKey = readKey(childOf(keys, 'key'));
  return {
    registrationId: numberOf(childOf(receipt, 'registration')),
    identityKey: typed(identity),
    signedPreKey: { keyId: signed.id, publicKey: typed(signed.key), signature: signed.signature },
    preKey: preKey && { keyId: preKey.id, publicKey: typed(preKey.key) },
  };
}
