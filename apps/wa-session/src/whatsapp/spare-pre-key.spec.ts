import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  getNextPreKeys,
  initAuthCreds,
  type AuthenticationCreds,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '@whiskeysockets/baileys';
import { SparePreKey } from './spare-pre-key.js';

type PreKeys = Record<string, SignalDataTypeMap['pre-key'] | null>;

describe('the spare pre-key', () => {
  let creds: AuthenticationCreds;
  let stored: PreKeys;
  let spare: SparePreKey;
  let kept: number;

  beforeEach(() => {
    creds = { ...initAuthCreds(), nextPreKeyId: 813, firstUnuploadedPreKeyId: 813 };
    stored = {};
    kept = 0;
    const note = (data: SignalDataSet) => void Object.assign(stored, data['pre-key']);
    spare = new SparePreKey(creds, { note }, () => kept++);
  });

  /** Takes so many keys as Baileys does. @returns their numbers, and those that were made for it */
  async function take(count: number) {
    const made: string[] = [];
    const keys = {
      get: async (_type: string, ids: string[]) => Object.fromEntries(ids.map((id) => [id, stored[id]])),
      set: async (data: SignalDataSet) => {
        made.push(...Object.keys(data['pre-key'] ?? {}));
        Object.assign(stored, data['pre-key']);
      },
    };
    const { update, preKeys } = await getNextPreKeys({ creds, keys: keys as never }, count);
    Object.assign(creds, update);
    return { taken: Object.keys(preKeys).map(Number), made: made.map(Number) };
  }

  it('is made with the credentials that count it, once', () => {
    spare.replenish();
    spare.replenish();
    expect([Object.keys(stored), creds.nextPreKeyId, kept]).toEqual([['813'], 814, 1]);
  });

  it('is what Baileys offers in a request for a message, instead of a key that is not durable yet', async () => {
    spare.replenish();
    expect(await take(1)).toEqual({ taken: [813], made: [] });
    spare.replenish();
    expect(await take(1)).toEqual({ taken: [814], made: [] });
  });

  it('is part of the next upload', async () => {
    spare.replenish();
    expect(await take(5)).toEqual({ taken: [813, 814, 815, 816, 817], made: [814, 815, 816, 817] });
    spare.replenish();
    expect(creds).toMatchObject({ firstUnuploadedPreKeyId: 818, nextPreKeyId: 819 });
    expect(stored['818']).toBeDefined();
  });
});
