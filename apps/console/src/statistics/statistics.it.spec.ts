import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';

const api = await ConsoleUnderTest.start();
let workspace: TestWorkspace;
let busy: string;
let quiet: string;

afterAll(() => api.stop());

beforeAll(async () => {
  workspace = await api.workspace();
  busy = await api.account(workspace);
  quiet = await api.account(workspace);
  const chat = await api.chat(workspace, busy);
  // Each an hour before midnight in Jerusalem, `days` days ago: another day there than in Kiritimati.
  const add = (account: string, days: number, state: string, many: number, origin?: string) =>
    api.postgres.pool.query(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, cost, message_at)
       select gen_random_uuid(), $1, $2, $3, gen_random_uuid()::text, case $4 when 'received' then 'received' else 'sent' end, $7, '', $4,
         case $7 when 'webhook' then 1 else 0 end,
         ((now() at time zone 'Asia/Jerusalem')::date - $5::int + time '23:00') at time zone 'Asia/Jerusalem'
       from generate_series(1, $6)`,
      [
        workspace.id,
        account,
        chat,
        state,
        days,
        many,
        origin ?? (state === 'received' ? 'contact' : 'webhook'),
      ],
    );
  await add(busy, 1, 'received', 5);
  await add(busy, 1, 'delivered', 2);
  await add(busy, 1, 'read', 1);
  await add(busy, 1, 'failed', 4);
  await add(busy, 1, 'queued', 1);
  await add(busy, 1, 'sent', 6, 'phone');
  await add(quiet, 2, 'received', 1);
  await add(busy, 40, 'received', 9);
  await api.postgres.pool.query(
    `with entry as (
       insert into credit_entry (workspace_id, delta, balance, reason, created_at)
       values ($1, 100, 100, 'grant', ((now() at time zone 'Asia/Jerusalem')::date - 1 + time '12:00') at time zone 'Asia/Jerusalem')
     )
     update credit_balance set balance = 96 where workspace_id = $1`,
    [workspace.id],
  );
});

const get = async (path: string, token = workspace.owner.token) =>
  api.call('GET', `/api/v1/statistics/${path}`, { token });
const ZONE = 'timeZone=Asia/Jerusalem';
const NOTHING = { received: 0, sent: 0, delivered: 0, failed: 0, underway: 0 };
const BUSY = { received: 5, sent: 14, delivered: 3, failed: 4, underway: 1 };

describe('the statistics of a workspace', () => {
  it('count the messages of each day of the viewer, and of each account', async () => {
    const { status, body } = await get(`messages?days=4&${ZONE}`, workspace.teammate.token);
    expect(status).toBe(200);
    expect(body.days).toHaveLength(4);
    expect(body.days.slice(0, 3)).toMatchObject([NOTHING, { ...NOTHING, received: 1 }, BUSY]);
    expect(body.accounts).toEqual([
      { id: busy, phone: '+972500000001', ...BUSY },
      { id: quiet, phone: '+972500000001', ...NOTHING, received: 1 },
    ]);
  });

  it('count them on other days elsewhere', async () => {
    const here = (await get(`messages?days=10&${ZONE}`)).body.days;
    const there = (await get('messages?days=10&timeZone=Pacific/Kiritimati')).body.days;
    const dayOf = (days: { day: string; failed: number }[]) => days.find(({ failed }) => failed > 0)!.day;
    expect(dayOf(there) > dayOf(here)).toBe(true);
  });

  it('count those of one account alone', async () => {
    const { body } = await get(`messages?days=3&${ZONE}&accountId=${quiet}`);
    expect(body.accounts).toMatchObject([{ id: quiet }]);
    expect(body.days).toMatchObject([{ received: 1 }, NOTHING, NOTHING]);
  });

  it('tell the credits used, added and left', async () => {
    const { body } = await get(`credits?days=3&${ZONE}`);
    expect(body.days).toMatchObject([
      { used: 0, added: 0, left: 0 },
      { used: 4, added: 100, left: 96 },
      { used: 0, added: 0, left: 96 },
    ]);
    expect((await get('credits', workspace.teammate.token)).status).toBe(403);
  });

  it('tell nothing of another workspace', async () => {
    const { token } = (await api.workspace()).owner;
    expect((await get(`messages?accountId=${busy}`, token)).status).toBe(404);
    expect((await get('messages', token)).body.accounts).toEqual([]);
    expect((await get('credits', token)).body.days.at(-1)).toMatchObject({ used: 0, added: 0, left: 0 });
  });

  it.each(['days=0', 'days=93', 'days=x', 'timeZone=Nowhere/City', 'timeZone=%2B05:00', 'accountId=1'])(
    'refuse %s',
    async (query) => {
      expect((await get(`messages?${query}`)).status).toBe(400);
    },
  );
});
