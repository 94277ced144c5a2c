import { createHmac, randomInt } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import { sign, verify, type KeyPair } from '../signal/libsignal.js';

const ACCOUNT_SIGNATURE = Buffer.from([6, 0]);
const DEVICE_SIGNATURE = Buffer.from([6, 1]);

/** What a phone signs to accept a device: its identity, confirmed with the secret from the QR. */
export interface DeviceCertificate {
  details: Buffer;
  accountKey: Buffer;
  /** The bytes of the pair-success stanza. */
  sealed: Buffer;
}

/**
 * @param account the identity of the account's phone
 * @param deviceIdentity the device's identity key, 32 bytes
 * @param advSecret the secret that only the scanned device and the phone know
 */
export function certify(
  account: KeyPair,
  deviceIdentity: Buffer,
  advSecret: Buffer,
  keyIndex: number,
  now: Date,
): DeviceCertificate {
  const details = Buffer.from(
    proto.ADVDeviceIdentity.encode({
      rawId: randomInt(1, 2 ** 31),
      timestamp: Math.floor(now.getTime() / 1000),
      keyIndex,
      accountType: proto.ADVEncryptionType.E2EE,
      deviceType: proto.ADVEncryptionType.E2EE,
    }).finish(),
  );
  const accountSignature = sign(account.private, Buffer.concat([ACCOUNT_SIGNATURE, details, deviceIdentity]));
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: account.public,
    accountSignature,
  }).finish();
  const hmac = createHmac('sha256', advSecret).update(signed).digest();
  const sealed = Buffer.from(proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish());
  return { details, accountKey: account.public, sealed };
}

/** Whether the device has countersigned its certificate with its own identity. */
export function isCountersigned(
  answer: Uint8Array,
  certificate: DeviceCertificate,
  deviceIdentity: Buffer,
): boolean {
  const { deviceSignature } = proto.ADVSignedDeviceIdentity.decode(answer);
  const message = Buffer.concat([
    DEVICE_SIGNATURE,
    certificate.details,
    deviceIdentity,
    certificate.accountKey,
  ]);
  return verify(deviceIdentity, message, deviceSignature ?? Buffer.alloc(0));
}
