import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newSecretToken } from '@waypost/kernel';
import { tokenHash } from '@waypost/persistence';
import { createTestDatabase, CuttingProxy, eventually, type TestDatabase } from '@waypost/testkit';
import { TestIngress, type HttpAnswer } from '../testing/ingress.js';
import {
  givenAccount,
  givenWorkspace,
  readLedger,
  readQueued,
  type TestWorkspace,
} from '../testing/workspace.js';

let database: TestDatabase;
let pods: [TestIngress, TestIngress];

beforeEach(async () => {
  database = await createTestDatabase();
  pods = [await TestIngress.start(database.url), await TestIngress.start(database.url)];
});
afterEach(async () => {
  await Promise.all(pods.map((pod) => pod.stop()));
  await database.drop();
});

const text = (number: number) => ({ action: 'send', text: `${number}`, phone: `+1415${number % 7}` });
const byStatus = (answers: HttpAnswer[], status: number) =>
  answers.filter((answer) => answer.status === status);
const keyId = (answer: HttpAnswer): string => answer.body.data.message_id.slice('wa_backend:'.length);

describe('parallel requests', () => {
  it('never spend more than there is: 200 requests against 50 credits, over two pods', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 50 });
    await givenAccount(database.pool, workspace);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, number) => pods[number % 2]!.post(workspace.token, text(number))),
    );
    expect([byStatus(answers, 200).length, byStatus(answers, 402).length]).toEqual([50, 150]);
    expect(await readLedger(database.pool, workspace)).toEqual({ balance: 0, sum: 0, charges: 50, told: 0 });
    const queued = await readQueued(database.pool, workspace);
    expect(queued.map((message) => message.keyId).sort()).toEqual(byStatus(answers, 200).map(keyId).sort());
  });

  it('of several workspaces do not mix', async () => {
    const workspaces = await Promise.all(
      [0, 3, 5].map((credits) => givenWorkspace(database.pool, { credits })),
    );
    for (const workspace of workspaces) await givenAccount(database.pool, workspace);
    await Promise.all(
      Array.from({ length: 60 }, (_, number) =>
        pods[number % 2]!.post(workspaces[number % 3]!.token, text(number)),
      ),
    );
    for (const [index, credits] of [0, 3, 5].entries()) {
      expect(await readLedger(database.pool, workspaces[index]!)).toMatchObject({
        balance: 0,
        sum: 0,
        charges: credits,
      });
      expect(await readQueued(database.pool, workspaces[index]!)).toHaveLength(credits);
    }
  });

  it('to a new number share one chat, which the first of them opens', async () => {
    const workspace = await givenWorkspace(database.pool);
    await givenAccount(database.pool, workspace);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, number) =>
        pods[number % 2]!.post(workspace.token, { action: 'send', text: `${number}`, phone: '+14151231234' }),
      ),
    );
    expect(byStatus(answers, 200)).toHaveLength(40);
    const queued = await readQueued(database.pool, workspace);
    expect(new Set(queued.map(({ chatId }) => chatId)).size).toBe(1);
    expect(queued.map(({ opensChat }) => opensChat)).toEqual([true, ...Array(39).fill(false)]);
    const { rows } = await database.pool.query(
      'select (select count(*) from contact)::int as contacts, (select count(*) from chat)::int as chats',
    );
    expect(rows).toEqual([{ contacts: 1, chats: 1 }]);
  });

  it('wait for a contact that is being recorded at the same moment, and take its chat', async () => {
    const workspace = await givenWorkspace(database.pool);
    const account = await givenAccount(database.pool, workspace);
    const recorder = await database.pool.connect();
    await recorder.query('begin');
    const { rows } = await recorder.query(
      `with c as (insert into contact (workspace_id, account_id, name, phone) values ($1, $2, 'Ann', '+1415') returning id),
       a as (insert into contact_address select $2, '1415@s.whatsapp.net', id from c)
       insert into chat (workspace_id, account_id, contact_id, name) select $1, $2, id, 'Ann' from c returning id`,
      [workspace.id, account.id],
    );
    const answers = pods.map((pod) =>
      pod.post(workspace.token, { action: 'send', text: 'x', phone: '+1415' }),
    );
    // The recorder commits when both pods wait for it, or for each other.
    for (let waiting = 0; waiting < 2;) {
      const { rows: locks } = await database.pool.query(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      waiting = locks[0].count;
    }
    await recorder.query('commit');
    recorder.release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await readQueued(database.pool, workspace)).toEqual([
      expect.objectContaining({ chatId: rows[0].id, opensChat: false }),
      expect.objectContaining({ chatId: rows[0].id, opensChat: false }),
    ]);
  });

  it('leave in the order in which they were answered', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 1_000 });
    await givenAccount(database.pool, workspace);
    const answered: string[] = [];
    const sequence = async (pod: TestIngress) => {
      for (let number = 0; number < 40; number++)
        answered.push(keyId(await pod.post(workspace.token, text(number))));
    };
    const clients = Array.from({ length: 3 }, () => sequence(pods[0]));
    await Promise.all(clients);
    const order = (await readQueued(database.pool, workspace)).map((message) => message.keyId);
    expect(order).toHaveLength(120);
    // Of one batch, the answers may overtake each other on the network; two batches may not.
    const shifts = answered.map((id, place) => Math.abs(order.indexOf(id) - place));
    expect(Math.max(...shifts)).toBeLessThan(3);
  });
});

describe('under load, no request is accepted', () => {
  /** Keeps both pods busy with the first URL while `change` runs. Returns the ids accepted after it returned. */
  async function acceptedAfter(workspace: TestWorkspace, change: () => Promise<unknown>) {
    let stop = false;
    let answered = 0;
    const clients = Array.from({ length: 24 }, async (_, client) => {
      for (let number = 0; !stop; number++, answered++)
        await pods[client % 2]!.post(workspace.token, text(number));
    });
    await eventually(() => answered > 200, { withinMs: 20_000 });
    await change();
    // As of the return of the change: what is committed later, whichever pod decided it, is not in here.
    const before = new Set((await readQueued(database.pool, workspace)).map(({ id }) => id));
    const soFar = answered;
    await eventually(() => answered > soFar + 200, { withinMs: 20_000 });
    stop = true;
    await Promise.all(clients);
    expect(before.size).toBeGreaterThan(100);
    return (await readQueued(database.pool, workspace)).filter(({ id }) => !before.has(id));
  }

  it('with the old URL once a rotation has returned', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 1_000_000 });
    await givenAccount(database.pool, workspace);
    for (let round = 0; round < 3; round++) {
      const token = newSecretToken();
      const late = await acceptedAfter(workspace, () =>
        database.pool.query(
          `insert into inbound_webhook (workspace_id, token_hash, token_sealed) values ($1, $2, '')
           on conflict (workspace_id) do update set token_hash = excluded.token_hash, created_at = now()`,
          [workspace.id, tokenHash(token)],
        ),
      );
      expect(late).toEqual([]);
      workspace.token = token;
    }
  });

  it('once the webhook is switched off', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 1_000_000 });
    await givenAccount(database.pool, workspace);
    for (let round = 0; round < 3; round++) {
      const late = await acceptedAfter(workspace, () =>
        database.pool.query('update inbound_webhook set enabled = false where workspace_id = $1', [
          workspace.id,
        ]),
      );
      expect(late).toEqual([]);
      await database.pool.query('update inbound_webhook set enabled = true where workspace_id = $1', [
        workspace.id,
      ]);
    }
  });
});

describe('when Postgres fails', () => {
  it('every answer stays true while connections are cut again and again', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 10_000 });
    await givenAccount(database.pool, workspace);
    const answers: HttpAnswer[] = [];
    let cuts = 0;
    const load = Promise.all(
      Array.from({ length: 16 }, async (_, client) => {
        for (let number = 0; number < 40; number++) {
          answers.push(await pods[client % 2]!.post(workspace.token, text(number)));
        }
      }),
    );
    // In the middle of a transaction each time, and only after some progress: a fresh connection is slow at first.
    for (let progress = 10; progress < 600; progress += 20) {
      await eventually(() => answers.length >= progress, { withinMs: 20_000, everyMs: 1 });
      await eventually(
        async () => {
          const { rows } = await database.pool.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name = 'waypost-ingress' and state = 'active'`,
          );
          cuts += rows.length;
          return rows.length > 0 || answers.length === 640;
        },
        { everyMs: 1 },
      );
    }
    await load;
    expect(cuts).toBeGreaterThan(10);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([200, ...(byStatus(answers, 503).length ? [503] : [])]),
    );
    const promised = byStatus(answers, 200).map(keyId);
    const queued = (await readQueued(database.pool, workspace)).map((message) => message.keyId);
    expect(promised.length).toBeGreaterThan(100);
    expect(queued.sort()).toEqual(promised.sort());
    expect(await readLedger(database.pool, workspace)).toMatchObject({
      charges: promised.length,
      balance: 10_000 - promised.length,
      sum: 10_000 - promised.length,
    });
  });

  it('gives the same answer, and charges once, when the connection breaks after the commit', async () => {
    const proxy = await CuttingProxy.start(database.url);
    const pod = await TestIngress.start(proxy.url);
    try {
      const workspace = await givenWorkspace(database.pool);
      await givenAccount(database.pool, workspace);
      const answers: HttpAnswer[] = [];
      for (let number = 0; number < 5; number++) {
        proxy.swallowAnswerTo('accept_messages');
        answers.push(...(await Promise.all([0, 1, 2].map(() => pod.post(workspace.token, text(number))))));
      }
      expect(proxy.cuts).toBe(5);
      expect(byStatus(answers, 200)).toHaveLength(15);
      const queued = await readQueued(database.pool, workspace);
      expect(queued.map((message) => message.keyId).sort()).toEqual(answers.map(keyId).sort());
      expect(await readLedger(database.pool, workspace)).toMatchObject({ balance: 85, sum: 85, charges: 15 });
    } finally {
      await pod.stop();
      await proxy.stop();
    }
  });

  it('answers 503 with nothing accepted while Postgres is away, and goes on afterwards', async () => {
    const proxy = await CuttingProxy.start(database.url);
    const pod = await TestIngress.start(proxy.url);
    try {
      const workspace = await givenWorkspace(database.pool);
      await givenAccount(database.pool, workspace);
      proxy.down();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, number) => pod.post(workspace.token, text(number))),
      );
      proxy.up();
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      expect(answers[0]!.headers.get('retry-after')).toBe('2');
      expect(answers[0]!.body).toEqual({
        status: 503,
        data: {},
        message: 'The database is unreachable; nothing was accepted, nothing was charged',
      });
      expect(await readQueued(database.pool, workspace)).toEqual([]);
      expect((await pod.post(workspace.token, text(1))).status).toBe(200);
      expect(await readLedger(database.pool, workspace)).toMatchObject({ balance: 99, sum: 99, charges: 1 });
    } finally {
      await pod.stop();
      await proxy.stop();
    }
  });
});
