import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { AllowanceSweep } from './allowance-sweep.js';

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

async function givenAllowance(renewsIn: string): Promise<TestAccount> {
  const account = await TestAccount.create(database.pool);
  await database.pool.query(
    `with e as (
       insert into credit_entry (workspace_id, delta, balance, reason) values ($1, 3, 3, 'allowance')
     )
     update credit_balance set balance = 3, allowance = 10, allowance_left = 3, allowance_renews_at = now() + $2::interval
     where workspace_id = $1`,
    [account.workspaceId, renewsIn],
  );
  return account;
}

it('renews the allowances that are due, once, whoever else sweeps; what was left of the old month ends', async () => {
  const due = await Promise.all(Array.from({ length: 5 }, () => givenAllowance('-1 second')));
  const later = await givenAllowance('1 hour');
  const sweep = () => dispatcher.get(AllowanceSweep).sweep();
  const renewed = await Promise.all([sweep(), sweep(), sweep()]);
  expect(renewed.reduce((sum, one) => sum + one, 0)).toBe(5);
  for (const account of due) {
    expect(await account.allowanceLeft()).toBe(10);
    expect(await account.ledger()).toEqual({ balance: 10, sum: 10, refunds: 0 });
  }
  expect(await later.allowanceLeft()).toBe(3);
  expect(await sweep()).toBe(0);
});
