import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SignalDataSet } from '@whiskeysockets/baileys';
import { OneSessionAtATime, type SignalKeys } from './one-session-at-a-time.js';

interface Record_ {
  version: string;
  _sessions: Record<string, { ratchet: number; indexInfo: { used: number } }>;
}

describe('a contact with several Signal sessions', () => {
  let record: Record_;
  let keys: OneSessionAtATime;

  beforeEach(() => {
    record = {
      version: 'v1',
      _sessions: {
        old: { ratchet: 1, indexInfo: { used: 1 } },
        recent: { ratchet: 1, indexInfo: { used: 2 } },
      },
    };
    const memory: SignalKeys = {
      get: (async () => ({ '1.0': structuredClone(record) })) as unknown as SignalKeys['get'],
      set: async (data: SignalDataSet) => {
        record = data.session!['1.0'] as unknown as Record_;
      },
    };
    keys = new OneSessionAtATime(memory);
  });

  /** Like libsignal: advances every session that it tries, and stores the whole record when one fits. */
  async function decryptWith(fitting: string): Promise<string> {
    const loaded = (await keys.get('session', ['1.0']))['1.0'] as unknown as Record_;
    for (const [name, session] of Object.entries(loaded._sessions)) {
      session.ratchet += 1;
      if (name !== fitting) continue;
      await keys.set({ session: { '1.0': loaded as never } });
      return name;
    }
    throw new Error(`no session fits ${fitting}`);
  }

  it('is tried session by session, the most recently used first', async () => {
    const seen: string[] = [];
    await keys.try(async () => {
      const loaded = (await keys.get('session', ['1.0']))['1.0'] as unknown as Record_;
      seen.push(...Object.keys(loaded._sessions));
      return decryptWith('old');
    });
    expect(seen).toEqual(['recent', 'old']);
  });

  it('keeps the sessions that did not fit as they were', async () => {
    await keys.try(() => decryptWith('old'));
    expect(record._sessions).toMatchObject({ old: { ratchet: 2 }, recent: { ratchet: 1 } });
  });

  it('reports the first failure and changes nothing when none fits', async () => {
    await expect(keys.try(() => decryptWith('lost'))).rejects.toThrow('no session fits lost');
    expect(record._sessions).toMatchObject({ old: { ratchet: 1 }, recent: { ratchet: 1 } });
  });

  it('is seen whole outside a decryption', async () => {
    const loaded = (await keys.get('session', ['1.0']))['1.0'] as unknown as Record_;
    expect(Object.keys(loaded._sessions)).toEqual(['old', 'recent']);
  });
});
