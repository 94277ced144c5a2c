import type { AccountStore } from '../unit-of-work/account-store.js';

const TYPE = 'user-devices';

/**
 * Which devices each user has, kept with the account's keys; Baileys changes a list when WhatsApp tells of a change. It asks for a
 * list that it does not know and then begins new Signal sessions with all devices of it, whatever sessions there are: a cache that dies
 * with the process would do so to every contact after each start.
 */
export class DeviceLists {
  constructor(private readonly store: Pick<AccountStore, 'get' | 'set'>) {}

  async get<T>(user: string): Promise<T> {
    return (await this.mget<T>([user]))[user] as T;
  }

  async mget<T>(users: string[]): Promise<Record<string, T | undefined>> {
    const found = await this.store.get(TYPE, users);
    return Object.fromEntries(
      [...found].map(([user, bytes]) => [user, JSON.parse(bytes.toString('utf8')) as T]),
    );
  }

  set<T>(user: string, devices: T): void {
    this.store.set(TYPE, user, Buffer.from(JSON.stringify(devices)));
  }

  async mset<T>(lists: { key: string; value: T }[]): Promise<void> {
    for (const { key, value } of lists) this.set(key, value);
  }

  del(user: string): void {
    this.store.set(TYPE, user, null);
  }

  /** Part of the interface, never called: the lists end with the account's link. */
  flushAll(): void {}
}
