import { BufferJSON, proto, type SignalDataSet, type SignalDataTypeMap } from '@whiskeysockets/baileys';
import type { AccountStore } from '../unit-of-work/account-store.js';

/** Reads and writes of Signal state in Baileys' own types. Writes are noted; `AccountStore` makes them durable. */
export class KeyStore {
  constructor(private readonly store: AccountStore) {}

  get = async <T extends keyof SignalDataTypeMap>(
    type: T,
    ids: string[],
  ): Promise<{ [id: string]: SignalDataTypeMap[T] }> => decodeAll(type, await this.store.get(type, ids));

  /** As `get`, for libsignal, where it must settle. @throws StoreEnded */
  getOrFail: KeyStore['get'] = async (type, ids) => decodeAll(type, await this.store.getOrFail(type, ids));

  note = (data: SignalDataSet): void => {
    for (const [type, values] of Object.entries(data)) {
      for (const [id, value] of Object.entries(values ?? {})) {
        this.store.set(type, id, value === null || value === undefined ? null : encode(type, value));
      }
    }
  };
}

function decodeAll<T extends keyof SignalDataTypeMap>(
  type: T,
  found: Map<string, Buffer>,
): { [id: string]: SignalDataTypeMap[T] } {
  return Object.fromEntries([...found].map(([id, bytes]) => [id, decode(type, bytes)]));
}

/**
 * Everything is JSON with base64 buffers. Baileys writes a sender key as JSON whose buffers are arrays of numbers, which its own
 * reader does not turn back into buffers, so that every group message out of order would be unreadable: such records are rewritten.
 */
function encode(type: string, value: unknown): Buffer {
  if (type !== 'sender-key') return Buffer.from(JSON.stringify(value, BufferJSON.replacer));
  const record: unknown = JSON.parse(Buffer.from(value as Uint8Array).toString('utf8'), BufferJSON.reviver);
  return Buffer.from(JSON.stringify(record, BufferJSON.replacer));
}

function decode<T extends keyof SignalDataTypeMap>(type: T, bytes: Buffer): SignalDataTypeMap[T] {
  if (type === 'sender-key') return Buffer.from(bytes) as unknown as SignalDataTypeMap[T];
  const value: unknown = JSON.parse(bytes.toString('utf8'), BufferJSON.reviver);
  if (type !== 'app-state-sync-key') return value as SignalDataTypeMap[T];
  return proto.Message.AppStateSyncKeyData.fromObject(value as object) as unknown as SignalDataTypeMap[T];
}
