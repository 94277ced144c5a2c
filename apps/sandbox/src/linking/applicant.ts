import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { WireConnection } from '../connections/wire-connection.js';
import type { Node } from '../nodes/node.js';
import type { Deferred } from './deferred.js';
import type { DeviceKeys } from './linked-devices.js';

/** A device that asked to be linked by code: it waits for a person to type the code on their phone. */
export interface CodeRequest {
  /** The phone on which the code is to be typed. */
  phone: string;
  ref: Buffer;
  wrappedEphemeral: Buffer;
}

/** A device that wants to be linked: connected, not yet accepted by any phone. */
export class Applicant {
  /** One for each QR that the device may show. */
  readonly refs = Array.from({ length: 6 }, () => `2@${randomBytes(48).toString('base64url')}`);
  /** Secrets of QRs that the server had it replace: no phone accepts them any more. */
  readonly retiredSecrets = new Set<string>();
  codeRequest: CodeRequest | undefined;
  /** Whether a phone is busy accepting it. */
  busy = false;
  /** Stanzas that a pairing in progress waits for, by what they answer. */
  readonly awaited = new Map<string, Deferred<Node>>();

  constructor(
    readonly connection: WireConnection,
    readonly keys: DeviceKeys,
  ) {}
}

/** @throws when the registration lacks a key */
export function readDeviceKeys(
  data: proto.ClientPayload.IDevicePairingRegistrationData,
  noiseKey: Buffer,
): DeviceKeys {
  const { eIdent, eRegid, eSkeyId, eSkeyVal, eSkeySig } = data;
  if (eIdent?.length !== 32 || !eRegid || !eSkeyId || eSkeyVal?.length !== 32 || !eSkeySig) {
    throw new Error('the registration lacks keys');
  }
  return {
    noiseKey,
    identity: Buffer.from(eIdent),
    registrationId: Buffer.from(eRegid).readUIntBE(0, eRegid.length),
    signedPreKey: {
      id: Buffer.from(eSkeyId).readUIntBE(0, eSkeyId.length),
      key: Buffer.from(eSkeyVal),
      signature: Buffer.from(eSkeySig),
    },
  };
}
