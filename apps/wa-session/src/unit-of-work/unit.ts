import type { WaEventKind } from '@waypost/contracts';

/** Names one encrypted part of one message, the same for every redelivery of it. JIDs are bare. */
export interface PartName {
  chatJid: string;
  keyId: string;
  senderJid: string;
  part: number;
}

/** A row of `wa_event` to be. Only events that carry a part can be answered again from `plaintext`. */
export interface StoredEvent {
  kind: WaEventKind;
  name?: PartName;
  event: object;
  /** The decrypted bytes without padding. */
  plaintext?: Uint8Array;
}

export interface KeyChange {
  type: string;
  id: string;
  /** The serialised value; null deletes. */
  value: Buffer | null;
}

/** What one account writes in one commit: all of it, or nothing. */
export interface Unit {
  accountId: string;
  epoch: number;
  keys: KeyChange[];
  /** Those of a linked account: others are never written. */
  creds?: Buffer;
  events: StoredEvent[];
}

/** One string per part, for maps in memory. */
export function partId(name: PartName): string {
  return JSON.stringify([name.chatJid, name.keyId, name.senderJid, name.part]);
}
