import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { TestIngress } from '../testing/ingress.js';
import {
  countStored,
  givenAccount,
  givenWorkspace,
  readLedger,
  type TestWorkspace,
} from '../testing/workspace.js';

let database: TestDatabase;
let pods: [TestIngress, TestIngress];
beforeAll(async () => {
  database = await createTestDatabase();
  pods = [await TestIngress.start(database.url), await TestIngress.start(database.url)];
});
afterAll(async () => {
  await Promise.all(pods.map((pod) => pod.stop()));
  await database.drop();
});

const hello = { action: 'send', text: 'Hello', phone: '+14151231234' };
const withFile = { ...hello, file_url: 'https://example.com/a.pdf', file_name: 'a.pdf' };

async function givenSender({ credits = 0 } = {}): Promise<TestWorkspace> {
  const workspace = await givenWorkspace(database.pool, { credits });
  await givenAccount(database.pool, workspace);
  return workspace;
}

/** An allowance that is due now, of which `left` is over from the month before. */
async function givenDueAllowance(workspace: TestWorkspace, allowance: number, left = 0): Promise<void> {
  await database.pool.query(
    `with b as (
       update credit_balance set balance = balance + $3::integer, allowance = $2, allowance_left = $3::integer,
         allowance_renews_at = now() - interval '1 second'
       where workspace_id = $1 returning balance
     )
     insert into credit_entry (workspace_id, delta, balance, reason) select $1, $3::integer, balance, 'allowance' from b where $3::integer > 0`,
    [workspace.id, allowance, left],
  );
}

async function readEntries(workspace: TestWorkspace) {
  const { rows } = await database.pool.query(
    `select reason, delta, balance, from_allowance as "fromAllowance" from credit_entry where workspace_id = $1 order by id`,
    [workspace.id],
  );
  return rows;
}

async function readBalance(workspace: TestWorkspace) {
  const { rows } = await database.pool.query(
    `select balance, allowance_left as left,
       allowance_renews_at = (date_trunc('month', now() at time zone 'UTC') + interval '1 month') at time zone 'UTC' as "nextMonth"
     from credit_balance where workspace_id = $1`,
    [workspace.id],
  );
  return rows[0];
}

describe('credits', () => {
  it('let exactly 100 of 500 parallel requests over two pods pass when there are 100, and end at 0', async () => {
    const workspace = await givenSender({ credits: 100 });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, number) =>
        pods[number % 2]!.post(workspace.token, { ...hello, text: `${number}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 402)).toHaveLength(400);
    expect(await readLedger(database.pool, workspace)).toEqual({ balance: 0, sum: 0, charges: 100, told: 0 });
    expect(await countStored(database.pool, workspace)).toMatchObject({ messages: 100 });
    const entries = await readEntries(workspace);
    expect(entries.slice(1).map(({ balance }) => balance)).toEqual(
      Array.from({ length: 100 }, (_, n) => 99 - n),
    );
  });

  it('of mixed prices are spent to the last one, whoever was refused before', async () => {
    const workspace = await givenSender({ credits: 101 });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, number) =>
        pods[number % 2]!.post(workspace.token, number % 3 === 0 ? hello : withFile),
      ),
    );
    const accepted = answers.filter(({ status }) => status === 200).length;
    const { balance, sum, charges, told } = await readLedger(database.pool, workspace);
    expect({ balance, sum, charges, told }).toEqual({ balance: 0, sum: 0, charges: accepted, told: 0 });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 402]));
    const { rows } = await database.pool.query(
      'select sum(cost)::integer as cost, count(*)::integer as count from message where workspace_id = $1',
      [workspace.id],
    );
    expect(rows).toEqual([{ cost: 101, count: accepted }]);
  });

  it('are 1 for a text, 1 for a file, and 2 for a file with a text', async () => {
    const workspace = await givenSender({ credits: 10 });
    for (const body of [hello, { ...withFile, text: '' }, withFile]) {
      expect((await pods[0].post(workspace.token, body)).status).toBe(200);
    }
    expect((await readEntries(workspace)).slice(1).map(({ delta }) => delta)).toEqual([-1, -1, -2]);
  });

  it('come from the allowance first, then from what was granted', async () => {
    const workspace = await givenSender({ credits: 5 });
    await givenDueAllowance(workspace, 3);
    for (const body of [withFile, withFile, hello]) await pods[0].post(workspace.token, body);
    expect(await readEntries(workspace)).toEqual([
      { reason: 'grant', delta: 5, balance: 5, fromAllowance: 0 },
      { reason: 'allowance', delta: 3, balance: 8, fromAllowance: 0 },
      { reason: 'charge', delta: -2, balance: 6, fromAllowance: 2 },
      { reason: 'charge', delta: -2, balance: 4, fromAllowance: 1 },
      { reason: 'charge', delta: -1, balance: 3, fromAllowance: 0 },
    ]);
    expect(await readBalance(workspace)).toEqual({ balance: 3, left: 0, nextMonth: true });
  });

  it('of an allowance that is due are renewed before a message is refused, and what was left of it expires', async () => {
    const workspace = await givenSender({ credits: 1 });
    await givenDueAllowance(workspace, 2, 7);
    expect((await pods[0].post(workspace.token, hello)).status).toBe(200);
    expect(await readEntries(workspace)).toEqual([
      expect.objectContaining({ reason: 'grant', balance: 1 }),
      expect.objectContaining({ reason: 'allowance', delta: 7, balance: 8 }),
      { reason: 'expiry', delta: -7, balance: 1, fromAllowance: 0 },
      { reason: 'allowance', delta: 2, balance: 3, fromAllowance: 0 },
      { reason: 'charge', delta: -1, balance: 2, fromAllowance: 1 },
    ]);
    expect(await readBalance(workspace)).toEqual({ balance: 2, left: 1, nextMonth: true });
    expect(await readLedger(database.pool, workspace)).toMatchObject({ balance: 2, sum: 2 });
  });

  it('of an allowance that ended expire, and none come', async () => {
    const workspace = await givenSender();
    await givenDueAllowance(workspace, 0, 4);
    expect((await pods[0].post(workspace.token, hello)).status).toBe(402);
    expect((await readEntries(workspace)).map(({ reason, delta }) => [reason, delta])).toEqual([
      ['allowance', 4],
      ['expiry', -4],
    ]);
    expect(await readBalance(workspace)).toEqual({ balance: 0, left: 0, nextMonth: null });
  });

  it('of an allowance are renewed once, however many requests come at that moment', async () => {
    const workspace = await givenSender();
    await givenDueAllowance(workspace, 20);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, number) => pods[number % 2]!.post(workspace.token, hello)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect((await readEntries(workspace)).filter(({ reason }) => reason === 'allowance')).toHaveLength(1);
    expect(await readLedger(database.pool, workspace)).toMatchObject({ balance: 0, sum: 0, charges: 20 });
  });

  it('never rise beyond what a balance holds', async () => {
    const workspace = await givenSender({ credits: 2_000_000_000 });
    await givenDueAllowance(workspace, 2_000_000_000);
    expect((await pods[0].post(workspace.token, hello)).status).toBe(200);
    expect(await readBalance(workspace)).toEqual({ balance: 1_999_999_999, left: 0, nextMonth: true });
  });
});
