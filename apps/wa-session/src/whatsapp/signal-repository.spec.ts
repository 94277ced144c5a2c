import { describe, expect, it } from '@jest/globals';
import { initAuthCreds, type SignalKeyStoreWithTransaction } from '@whiskeysockets/baileys';
import { AccountStore, type StoreReader } from '../unit-of-work/account-store.js';
import { KeyCache } from '../unit-of-work/key-cache.js';
import { KeyStore } from './key-store.js';
import { quietLogger } from './quiet-logger.js';
import { signalRepository, type RepositoryOptions } from './signal-repository.js';

const CONTACT = '4915200000001@s.whatsapp.net';

/** An account's Signal repository over a Postgres that answers as `readKeys` does, and what ends its store. */
function account(accountId: string, readKeys: StoreReader['readKeys']) {
  const reader = { readKeys, readCreds: async () => undefined, readPlaintext: async () => undefined };
  const store = new AccountStore(
    accountId,
    1,
    reader,
    { enqueue: () => undefined },
    {
      cache: new KeyCache(1_000_000).view(),
      onLeaseLost: () => undefined,
      onRefused: () => undefined,
    },
  );
  const keys = new KeyStore(store);
  const creds = initAuthCreds();
  const transactions = {
    transaction: (work: () => Promise<unknown>) => work(),
    isInTransaction: () => false,
  };
  const authKeys = { ...transactions, get: keys.get, set: async () => undefined } as unknown;
  const repository = signalRepository({ store, keys, creds } as unknown as RepositoryOptions)(
    { creds, keys: authKeys as SignalKeyStoreWithTransaction },
    quietLogger(() => undefined),
    async () => undefined,
  );
  return { store, repository };
}

describe('the Signal repositories of one process', () => {
  it('do not wait for one whose lease was lost while it read from Postgres', async () => {
    let asked: () => void;
    const reading = new Promise<void>((resolve) => (asked = resolve));
    let fail!: (error: Error) => void;
    const lost = account('lost', () => {
      asked();
      return new Promise((_, reject) => (fail = reject));
    });
    const other = account('other', async () => new Map());
    let settled = false;
    const data = Buffer.from('hello');
    void lost.repository.encryptMessage({ jid: CONTACT, data }).then(
      () => (settled = true),
      () => (settled = true),
    );
    await reading;
    const waiting = other.repository.encryptMessage({ jid: CONTACT, data });
    lost.store.leaseLost();
    fail(new Error('terminating connection'));
    // It has no session with the contact; what counts is that its turn comes.
    await expect(waiting).rejects.toThrow('No sessions');
    expect(settled).toBe(false);
  });
});
