import { describe, expect, it } from '@jest/globals';
import { Store } from './store.js';

const put = (store: Store, name: string) =>
  store.run('INSERT INTO setting (name, value) VALUES (?, ?)', name, 'x');
const names = (store: Store) =>
  store.list<{ name: string }>('SELECT name FROM setting ORDER BY name').map(({ name }) => name);

describe('the store', () => {
  it('runs one unit after the other, each with its effects, however they are asked for', async () => {
    const store = Store.open();
    const order: string[] = [];
    const unit = (name: string) =>
      store.unit(async () => {
        order.push(`${name} begins`);
        store.afterCommit(() => order.push(`${name} takes effect`));
        await Promise.resolve();
        order.push(`${name} ends`);
      });
    await Promise.all([unit('a'), unit('b')]);
    expect(order).toEqual(['a begins', 'a ends', 'a takes effect', 'b begins', 'b ends', 'b takes effect']);
  });

  it('keeps nothing of a unit that fails, and sends nothing for it', async () => {
    const store = Store.open();
    let sent = false;
    const failing = store.unit(() => {
      put(store, 'lost');
      store.afterCommit(() => (sent = true));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await store.unit(() => put(store, 'kept'));
    expect([names(store), sent]).toEqual([['kept'], false]);
  });

  it('ends after the units that were asked for, and refuses later ones', async () => {
    const store = Store.open();
    const last = store.unit(() => put(store, 'last').changes);
    await store.close();
    expect(await last).toBe(1);
    await expect(store.unit(() => undefined)).rejects.toThrow('has stopped');
  });
});
