import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failAndRefund, inTransaction, lockBalances } from '@waypost/persistence';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { TestAccount } from '../testing/test-account.js';
import { failure } from './message-outcome.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** As any settle or sweep fails messages. @returns the credits given back */
const fail = ({ workspaceId }: TestAccount, ids: readonly string[]): Promise<number> =>
  inTransaction(database.pool, async (tx) => {
    await lockBalances(tx, [workspaceId]);
    return failAndRefund(
      tx,
      ids.map((id) => failure({ id, workspaceId }, 'expired')),
    );
  });

const setAllowanceLeft = (account: TestAccount, left: number) =>
  database.pool.query('update credit_balance set balance = $2, allowance_left = $2 where workspace_id = $1', [
    account.workspaceId,
    left,
  ]);

const renewsIn = (account: TestAccount, interval: string) =>
  database.pool.query(
    'update credit_balance set allowance_renews_at = now() + $2::interval where workspace_id = $1',
    [account.workspaceId, interval],
  );

describe('credits of messages that fail', () => {
  it('come back once, however many try at the same time', async () => {
    const account = await TestAccount.create(database.pool);
    const ids = await account.queue(['1', '2', '3', '4', '5', '6'], { cost: 2 });
    const credits = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => fail(account, turn % 2 === 0 ? ids : [...ids].reverse())),
    );
    expect(credits.reduce((sum, one) => sum + one, 0)).toBe(12);
    expect(await account.ledger()).toEqual({ balance: 12, sum: 12, refunds: 6 });
  });

  it('go back to the month’s allowance as far as they came from there', async () => {
    const account = await TestAccount.create(database.pool);
    await account.queue(['paid by both'], { cost: 2, fromAllowance: 1 });
    await account.queue(['paid by the allowance'], { cost: 2, fromAllowance: 2 });
    await account.queue(['paid by granted credits'], { cost: 1 });
    await setAllowanceLeft(account, 0);
    await renewsIn(account, '10 days');
    const ids = (await account.messages()).map(({ id }) => id);
    expect(await fail(account, ids)).toBe(5);
    expect(await account.allowanceLeft()).toBe(3);
    expect((await account.ledger()).balance).toBe(5);
  });

  it.each(['40 days', null])(
    'are granted ones when that allowance has ended (next one in %s)',
    async (next) => {
      const account = await TestAccount.create(database.pool);
      const ids = await account.queue(['of last month'], { cost: 2, fromAllowance: 2 });
      await setAllowanceLeft(account, 0);
      if (next) await renewsIn(account, next);
      expect(await fail(account, ids)).toBe(2);
      expect(await account.allowanceLeft()).toBe(0);
      expect((await account.ledger()).balance).toBe(2);
    },
  );

  it('do not come back for what was sent, or cost nothing', async () => {
    const account = await TestAccount.create(database.pool);
    const [sent] = await account.queue(['sent', 'x']);
    await account.setState(sent!, 'sent');
    await database.pool.query(`update message set cost = 0 where account_id = $1 and state = 'queued'`, [
      account.id,
    ]);
    expect(
      await fail(
        account,
        (await account.messages()).map(({ id }) => id),
      ),
    ).toBe(0);
    expect(await account.states()).toEqual(['sent', 'failed']);
    expect(await account.ledger()).toEqual({ balance: 0, sum: 0, refunds: 0 });
  });

  it('of a text that follows its file are granted ones: it has no charge of its own', async () => {
    const account = await TestAccount.create(database.pool);
    const [id] = await account.queue(['with file'], { cost: 2, fromAllowance: 2 });
    await renewsIn(account, '10 days');
    const { rows } = await database.pool.query<{ id: string }>(
      `with first as (update message set cost = 1 where id = $1 returning *)
       insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, cost, message_at)
       select gen_random_uuid(), workspace_id, account_id, chat_id, key_id || 'F', direction, origin, 'text', state, 1, message_at from first
       returning id`,
      [id],
    );
    expect(await fail(account, [id!, rows[0]!.id])).toBe(2);
    expect(await account.allowanceLeft()).toBe(1);
    expect(await account.ledger()).toEqual({ balance: 2, sum: 2, refunds: 2 });
  });
});
