import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@waypost/persistence';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { IdempotencyKeySweep } from '../sweeping/idempotency-key-sweep.js';
import { TestIngress } from '../testing/ingress.js';
import {
  countStored,
  givenAccount,
  givenWorkspace,
  readAttempts,
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

async function givenSender({ credits = 100 } = {}): Promise<TestWorkspace> {
  const workspace = await givenWorkspace(database.pool, { credits });
  await givenAccount(database.pool, workspace);
  return workspace;
}

const send = (workspace: TestWorkspace, key: string, body: unknown = hello, pod = pods[0]) =>
  pod.post(workspace.token, body, { 'idempotency-key': key });

describe('an Idempotency-Key', () => {
  it('makes one message of many simultaneous requests over two pods, and the same answer for all', async () => {
    const workspace = await givenSender();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, number) =>
        send(workspace, `key-${number % 3}`, hello, pods[number % 2]),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const key of [0, 1, 2]) {
      const ids = answers.filter((_, number) => number % 3 === key).map(({ body }) => body.data.message_id);
      expect(new Set(ids).size).toBe(1);
    }
    expect(new Set(answers.map(({ body }) => body.data.message_id)).size).toBe(3);
    expect(await countStored(database.pool, workspace)).toMatchObject({ messages: 3, charges: 3 });
    expect(await readLedger(database.pool, workspace)).toMatchObject({ balance: 97, sum: 97 });
  });

  it('answers again what it answered, whatever has become of credits and accounts', async () => {
    const workspace = await givenSender({ credits: 1 });
    const first = await send(workspace, 'k');
    await database.pool.query(`update account set state = 'logged_out' where workspace_id = $1`, [
      workspace.id,
    ]);
    expect((await send(workspace, 'k')).body).toEqual(first.body);
    expect((await send(workspace, 'other')).status).toBe(409);
    expect(await countStored(database.pool, workspace)).toMatchObject({ messages: 1, charges: 1 });
    expect(
      (await readAttempts(database.pool, workspace)).map(({ status, keyId }) => [status, keyId !== null]),
    ).toEqual([
      [200, true],
      [200, true],
      [409, false],
    ]);
  });

  it('is refused with another body, also at the same moment', async () => {
    const workspace = await givenSender();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, number) =>
        send(workspace, 'k', { ...hello, text: `${number % 2}` }, pods[number % 2]),
      ),
    );
    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(refused).toHaveLength(20);
    expect(refused[0]!.body).toEqual({
      status: 409,
      data: {},
      message: 'Idempotency-Key was used with another body',
    });
    expect(await countStored(database.pool, workspace)).toMatchObject({ messages: 1, charges: 1 });
  });

  it('is not used up by a request that was refused', async () => {
    const workspace = await givenSender({ credits: 0 });
    expect((await send(workspace, 'k')).status).toBe(402);
    expect((await send(workspace, 'k', { ...hello, text: 5 })).status).toBe(400);
    await database.pool.query('update credit_balance set balance = 1 where workspace_id = $1', [
      workspace.id,
    ]);
    expect((await send(workspace, 'k', { ...hello, text: 'other' })).status).toBe(200);
  });

  it('belongs to one webhook, and stays when its URL is replaced', async () => {
    const [workspace, other] = [await givenSender(), await givenSender()];
    const first = await send(workspace, 'k');
    expect((await send(other, 'k')).body).not.toEqual(first.body);
    await database.pool.query(
      `update inbound_webhook set token_hash = sha256('new-${workspace.id}') where workspace_id = $1`,
      [workspace.id],
    );
    expect((await send({ ...workspace, token: `new-${workspace.id}` }, 'k')).body).toEqual(first.body);
  });

  it('may be 255 characters long, and is used again after a day', async () => {
    const workspace = await givenSender();
    const key = '~'.repeat(255);
    const first = await send(workspace, key);
    await database.pool.query(`update idempotency_key set expires_at = now() where workspace_id = $1`, [
      workspace.id,
    ]);
    const second = await send(workspace, key);
    expect(second.status).toBe(200);
    expect(second.body).not.toEqual(first.body);
    expect((await send(workspace, key)).body).toEqual(second.body);
  });

  it('is swept away when it has expired, and not before', async () => {
    const workspace = await givenSender();
    await send(workspace, 'stays');
    await database.pool.query(
      `insert into idempotency_key (workspace_id, key, body_hash, message_key_id, expires_at)
       select $1, 'old ' || n, '', '', now() - interval '1 second' from generate_series(1, 1200) n`,
      [workspace.id],
    );
    const connections = await Database.open({ url: database.url, applicationName: 'test' });
    const sweep = new IdempotencyKeySweep(connections);
    expect(await sweep.sweep()).toBe(1_200);
    await sweep.beforeApplicationShutdown();
    await connections.close();
    const { rows } = await database.pool.query('select key from idempotency_key where workspace_id = $1', [
      workspace.id,
    ]);
    expect(rows).toEqual([{ key: 'stays' }]);
  });
});
