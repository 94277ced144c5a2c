import { beforeEach, describe, expect, it } from '@jest/globals';
import { Directory } from '../people/directory.js';
import { Store } from '../storage/store.js';
import { KeyPool } from './key-pool.js';
import { PhoneKeys } from './phone-keys.js';
import { Sessions, type Ciphertext } from './sessions.js';

describe('Signal sessions of simulated phones', () => {
  const ada = '+4915200000001';
  const bob = '+4915200000002';
  let store: Store;
  let keys: PhoneKeys;
  let sessions: Sessions;

  beforeEach(async () => {
    store = Store.open();
    keys = new PhoneKeys(store, new KeyPool());
    sessions = new Sessions(store, keys);
    await store.unit(() => {
      const directory = new Directory(store, true);
      directory.put(ada, {});
      directory.put(bob, {});
    });
  });

  const to = (phone: string) => ({ phone, device: 0 });
  const startFrom = (holder: string, peer: string) => sessions.start(holder, to(peer), keys.publish(peer));
  const write = (from: string, peer: string, text: string) =>
    sessions.encrypt(from, to(peer), Buffer.from(text));
  const read = async (holder: string, from: string, message: Ciphertext) =>
    (await sessions.decrypt(holder, to(from), message)).toString();

  it('carry a conversation, in order and out of order', async () => {
    await startFrom(ada, bob);
    const first = await write(ada, bob, 'one');
    const second = await write(ada, bob, 'two');
    expect([first.type, await read(bob, ada, second), await read(bob, ada, first)]).toEqual([
      'pkmsg',
      'two',
      'one',
    ]);
    expect(await read(ada, bob, await write(bob, ada, 'three'))).toBe('three');
    const fourth = await write(ada, bob, 'four');
    expect([fourth.type, await read(bob, ada, fourth)]).toEqual(['msg', 'four']);
  });

  it('refuse a message whose key was used, and still read the next', async () => {
    await startFrom(ada, bob);
    const message = await write(ada, bob, 'once');
    await read(bob, ada, message);
    await expect(read(bob, ada, message)).rejects.toThrow('Key used already');
    expect(await read(bob, ada, await write(ada, bob, 'next'))).toBe('next');
  });

  it('are not harmed by messages of another session that are tried on them', async () => {
    await startFrom(ada, bob);
    await read(bob, ada, await write(ada, bob, 'in the old session'));
    await read(ada, bob, await write(bob, ada, 'answer'));
    const late = await write(ada, bob, 'late, in the old session');
    await startFrom(ada, bob);
    for (let each = 0; each < 3; each++) await read(bob, ada, await write(ada, bob, `new ${each}`));
    await read(ada, bob, await write(bob, ada, 'answer in the new session'));
    await read(bob, ada, await write(ada, bob, 'now an ordinary message'));
    expect(await read(bob, ada, late)).toBe('late, in the old session');
    expect(await read(bob, ada, await write(ada, bob, 'and on'))).toBe('and on');
  });

  it('do not start from keys that are not signed by their owner', async () => {
    const bundle = keys.publish(bob);
    bundle.signedPreKey.signature = Buffer.alloc(64, 1);
    await expect(sessions.start(ada, to(bob), bundle)).rejects.toThrow('wrong signature');
  });

  it('use each one-time pre-key once, and never hand out its number again', async () => {
    const first = keys.publish(bob).preKey!.keyId;
    keys.spend(bob, first);
    const second = keys.publish(bob).preKey!.keyId;
    expect(second).toBeGreaterThan(first);
    expect([keys.findPreKey(bob, first), keys.findPreKey(bob, second)]).toEqual([
      undefined,
      expect.objectContaining({ pubKey: expect.any(Buffer) }),
    ]);
  });
});
