import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { laneKinds } from '@waypost/contracts';
import { setOpen } from '@waypost/lanes';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { RemovedAccountsSweep } from './removed-accounts-sweep.js';

let database: TestDatabase;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  database = await createTestDatabase();
  dispatcher = await startDispatcher(database.url);
});
afterAll(async () => {
  await dispatcher?.close();
  await database?.drop();
});

async function givenAccount(): Promise<TestAccount> {
  const account = await TestAccount.create(database.pool);
  await setOpen(database.pool, laneKinds.send, [account.id], false);
  return account;
}
const remove = (account: TestAccount) =>
  database.pool.query('update account set deleted_at = now() where id = $1', [account.id]);
const sweep = () => dispatcher.get(RemovedAccountsSweep).sweep();

describe('when an account was removed', () => {
  it('what waits for it fails and is refunded, once, held or not; others are left alone', async () => {
    const [removed, other] = [await givenAccount(), await givenAccount()];
    await removed.queue(['1', '2'], { cost: 2 });
    await removed.queue(['held'], { chat: await removed.chat({ checked: true }), hold: 'new_chats_locked' });
    await other.queue(['stays']);
    await remove(removed);
    expect(await sweep()).toBe(3);
    expect(await sweep()).toBe(0);
    expect(await removed.messages()).toMatchObject(
      Array(3).fill({
        state: 'failed',
        failureCode: 'account_removed',
        failureReason: 'The account was removed before the message was sent',
      }),
    );
    expect(await removed.ledger()).toEqual({ balance: 5, sum: 5, refunds: 3 });
    expect(await removed.waiting()).toBe(0);
    expect(await other.states()).toEqual(['queued']);
  });

  it('what may be in flight is left to its end', async () => {
    const account = await givenAccount();
    const [id] = await account.queue(['sending']);
    await account.setState(id!, 'sending');
    await remove(account);
    expect(await sweep()).toBe(0);
    expect(await account.states()).toEqual(['sending']);
  });
});
