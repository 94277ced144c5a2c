import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';

describe('credits', () => {
  let api: ConsoleUnderTest;
  let workspace: TestWorkspace;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());

  async function start() {
    workspace = await api.workspace();
    return {
      grant: (body: unknown) =>
        api.call('POST', '/api/v1/credits/grants', { token: workspace.owner.token, body }),
      allow: (amount: unknown) =>
        api.call('PUT', '/api/v1/credits/allowance', { token: workspace.owner.token, body: { amount } }),
      read: async (path = '') =>
        (await api.call('GET', `/api/v1/credits${path}`, { token: workspace.owner.token })).body,
    };
  }

  it('start at none and grow by what an owner grants', async () => {
    const { grant, read } = await start();
    expect(await read()).toMatchObject({ balance: 0 });
    const granted = await grant({ amount: 1000, note: 'November' });
    expect(granted.status).toBe(201);
    expect(granted.body).toMatchObject({ delta: 1000, balance: 1000, reason: 'grant', note: 'November' });
    expect(await read()).toMatchObject({ balance: 1000 });
    expect((await read('/ledger')).items).toEqual([granted.body]);
  });

  it('stay the sum of the ledger when owners grant at the same time', async () => {
    const { grant, read } = await start();
    const amounts = Array.from({ length: 20 }, (_, index) => index + 1);
    const answers = await Promise.all(amounts.map((amount) => grant({ amount })));
    expect(answers.map(({ status }) => status)).toEqual(amounts.map(() => 201));

    const { items } = await read('/ledger?limit=100');
    const oldestFirst = items.toReversed();
    let sum = 0;
    for (const entry of oldestFirst) {
      sum += entry.delta;
      expect(entry.balance).toBe(sum);
    }
    expect(sum).toBe(210);
    expect(await read()).toMatchObject({ balance: 210 });
  });

  it.each([0, -5, 1.5, 1_000_001, '10', null, undefined, 1e300])('refuse a grant of %p', async (amount) => {
    const { grant, read } = await start();
    const answer = await grant({ amount });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([
      { field: 'amount', message: expect.stringContaining('amount must') },
    ]);
    expect(await read()).toMatchObject({ balance: 0 });
  });

  it('never grow beyond what the balance can hold', async () => {
    const { grant, read } = await start();
    await api.postgres.pool.query(
      'update credit_balance set balance = 2000000000 - 10 where workspace_id = $1',
      [workspace.id],
    );
    expect((await grant({ amount: 11 })).body).toMatchObject({
      type: 'urn:waypost:problem:too-many-credits',
      status: 409,
    });
    expect((await read('/ledger')).items).toEqual([]);
    expect((await grant({ amount: 10 })).status).toBe(201);
    expect(await read()).toMatchObject({ balance: 2_000_000_000 });
  });

  it('name the message that was charged', async () => {
    const { read } = await start();
    const accountId = await api.account(workspace);
    const chatId = await api.chat(workspace, accountId);
    await api.postgres.pool.query(
      `with m as (
         insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
         values (gen_random_uuid(), $1, $2, $3, '3EB0ABCDEF0123456789', 'sent', 'webhook', 'x', 'queued', now())
         returning id
       )
       insert into credit_entry (workspace_id, delta, balance, reason, message_id) select $1, -1, 9, 'charge', id from m`,
      [workspace.id, accountId, chatId],
    );
    expect((await read('/ledger')).items).toMatchObject([
      { delta: -1, balance: 9, reason: 'charge', messageId: 'wa_backend:3EB0ABCDEF0123456789', note: null },
    ]);
  });

  it('are paged without a gap or a repeat while grants go on', async () => {
    const { grant, read } = await start();
    for (let amount = 1; amount <= 5; amount++) await grant({ amount });
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await read(`/ledger?limit=2${query}`);
      seen.push(...page.items.map((entry: { delta: number }) => entry.delta));
      cursor = page.nextCursor;
      await grant({ amount: 100 });
    } while (cursor !== null);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  it('come each month as an allowance, the first one at once', async () => {
    const { read, allow } = await start();
    expect(await read()).toEqual({
      balance: 0,
      monthlyAllowance: 0,
      allowanceLeft: 0,
      allowanceRenewsAt: null,
    });
    const set = await allow(500);
    const now = new Date();
    expect([set.status, set.body]).toEqual([
      200,
      {
        balance: 500,
        monthlyAllowance: 500,
        allowanceLeft: 500,
        allowanceRenewsAt: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString(),
      },
    ]);
    expect((await read('/ledger')).items).toMatchObject([{ delta: 500, balance: 500, reason: 'allowance' }]);
  });

  it('of an allowance that runs already do not change before the next month', async () => {
    const { read, allow } = await start();
    await allow(500);
    expect((await allow(800)).body).toMatchObject({
      balance: 500,
      monthlyAllowance: 800,
      allowanceLeft: 500,
    });
    expect((await allow(0)).body).toMatchObject({ balance: 500, monthlyAllowance: 0, allowanceLeft: 500 });
    expect((await read('/ledger')).items).toHaveLength(1);
  });

  it.each([-1, 1.5, '5', null, undefined, 1_000_001])('are not allowed monthly as %j', async (amount) => {
    const { allow, read } = await start();
    const answer = await allow(amount);
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ field: 'amount' }]]);
    expect(await read()).toMatchObject({ balance: 0, monthlyAllowance: 0 });
  });
});
