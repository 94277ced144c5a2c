import { beforeEach, describe, expect, it } from '@jest/globals';
import { Store } from '../storage/store.js';
import { SenderKeys } from './sender-keys.js';

describe('sender keys of simulated phones', () => {
  const ada = '+4915200000001';
  const bob = '+4915200000002';
  const group = '120363000000000001@g.us';
  const other = '120363000000000002@g.us';
  let keys: SenderKeys;

  beforeEach(() => {
    keys = new SenderKeys(Store.open());
  });

  const author = { phone: ada, device: 0 };
  const write = (text: string) => keys.encrypt(ada, group, Buffer.from(text));
  const give = async () => keys.accept(bob, group, author, await keys.distribution(ada, group));
  const read = async (bytes: Buffer, chat = group) =>
    (await keys.decrypt(bob, chat, author, bytes)).toString();

  it('let a member read what is written from then on, in order and out of order, each once', async () => {
    await give();
    const [first, second] = [write('one'), write('two')];
    expect([await read(second), await read(first)]).toEqual(['two', 'one']);
    await expect(read(first)).rejects.toThrow('old counter');
    expect(await read(write('three'))).toBe('three');
  });

  it('do not open what was written before they were given', async () => {
    await keys.distribution(ada, group);
    const early = write('too early');
    await expect(read(early)).rejects.toThrow('No session');
    await give();
    await expect(read(early)).rejects.toThrow('old counter');
    expect(await read(write('now'))).toBe('now');
  });

  it('are not taken back to an older state when they are given again', async () => {
    const early = await keys.distribution(ada, group);
    await keys.accept(bob, group, author, early);
    const message = write('once');
    await read(message);
    await keys.accept(bob, group, author, early);
    await expect(read(message)).rejects.toThrow('old counter');
  });

  it('refuse what their owner did not sign, and belong to one group', async () => {
    await give();
    const message = write('genuine');
    const forged = Buffer.from(message);
    forged[forged.length - 1]! ^= 1;
    await expect(read(forged)).rejects.toThrow('Invalid signature');
    await expect(read(message, other)).rejects.toThrow('No session');
    expect(await read(message)).toBe('genuine');
  });

  it('are shared with each device once', () => {
    const device = { phone: bob, device: 1 };
    expect([keys.share(ada, group, device), keys.share(ada, group, device)]).toEqual([true, false]);
    expect([keys.share(ada, other, device), keys.share(ada, group, { ...device, device: 2 })]).toEqual([
      true,
      true,
    ]);
  });
});
