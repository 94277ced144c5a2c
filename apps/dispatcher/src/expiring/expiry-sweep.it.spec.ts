import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { laneKinds } from '@waypost/contracts';
import { setOpen } from '@waypost/lanes';
import { createTestDatabase, eventually, natsUrl, type TestDatabase } from '@waypost/testkit';
import { SessionOwner } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { ExpirySweep } from './expiry-sweep.js';

let database: TestDatabase;
let owner: SessionOwner;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  dispatcher = await startDispatcher(database.url);
});
afterAll(async () => {
  await dispatcher?.close();
  await owner?.stop();
  await database?.drop();
});

async function givenAccount(open: boolean): Promise<TestAccount> {
  const account = await (await TestAccount.create(database.pool)).leaseTo(owner.pod);
  await setOpen(database.pool, laneKinds.send, [account.id], open);
  return account;
}

const sweep = () => dispatcher.get(ExpirySweep).sweep();

describe('while an account is not connected', () => {
  it('its expired messages fail and are refunded, once; the others wait and are sent when it is back', async () => {
    const account = await givenAccount(false);
    await account.queue(['old', 'older'], { expiresInMs: 0, cost: 2 });
    await account.queue(['young']);
    expect(await sweep()).toBe(2);
    expect(await sweep()).toBe(0);
    expect(await account.states()).toEqual(['failed', 'failed', 'queued']);
    expect(await account.ledger()).toEqual({ balance: 4, sum: 4, refunds: 2 });
    expect(await account.waiting()).toBe(1);

    await setOpen(database.pool, laneKinds.send, [account.id], true);
    await eventually(async () => (await account.waiting()) === 0);
    expect(owner.of(account.id).map(({ request }) => request.text)).toEqual(['young']);
    expect(await account.states()).toEqual(['failed', 'failed', 'sent']);
    expect(await account.ledger()).toEqual({ balance: 4, sum: 4, refunds: 2 });
  });

  it('a send that began before is left to its worker', async () => {
    const account = await givenAccount(true);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    owner.answer(async () => {
      await held;
      return { outcome: 'acked' };
    });
    await account.queue(['x']);
    await eventually(() => owner.of(account.id).length === 1);
    await setOpen(database.pool, laneKinds.send, [account.id], false);
    await database.pool.query('update message set expires_at = now() where account_id = $1', [account.id]);
    expect(await sweep()).toBe(0);
    release();
    await eventually(async () => (await account.waiting()) === 0);
    expect(await account.states()).toEqual(['sent']);
  });
});
