import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, CuttingProxy, type TestDatabase } from '@waypost/testkit';
import { TestIngress } from '../testing/ingress.js';
import { givenAccount, givenWorkspace, readAttempts } from '../testing/workspace.js';

let database: TestDatabase;
let ingress: TestIngress;
beforeAll(async () => {
  database = await createTestDatabase();
  ingress = await TestIngress.start(database.url);
});
afterAll(async () => {
  await ingress?.stop();
  await database?.drop();
});

const hello = { action: 'send', text: 'Hello', phone: '+14151231234' };

describe('the log of attempts', () => {
  it('keeps the last 100 in order, with the exact bytes and the id of the answer', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 1_000 });
    await givenAccount(database.pool, workspace);
    const bodies = Array.from({ length: 130 }, (_, number) =>
      number % 3 === 0
        ? Buffer.from([0xff, 0x00, number])
        : Buffer.from(` {"action":"send","phone":"+1","text":"number ${number}"}\r\n`),
    );
    const keyIds: (string | null)[] = [];
    for (const body of bodies) {
      const answer = await ingress.post(workspace.token, body);
      keyIds.push(answer.body.data.message_id?.slice('wa_backend:'.length) ?? null);
    }
    const attempts = await readAttempts(database.pool, workspace);
    expect(attempts.map(({ number }) => number)).toEqual(
      Array.from({ length: 100 }, (_, place) => 31 + place),
    );
    expect(attempts.map(({ keyId }) => keyId)).toEqual(keyIds.slice(30));
    expect(Buffer.concat(attempts.map(({ body }) => body!)).equals(Buffer.concat(bodies.slice(30)))).toBe(
      true,
    );
  });

  it('keeps exactly 100 when more than that come at once, one per request', async () => {
    const workspace = await givenWorkspace(database.pool, { credits: 1_000 });
    await givenAccount(database.pool, workspace);
    await Promise.all(
      Array.from({ length: 350 }, (_, number) =>
        ingress.post(workspace.token, { ...hello, text: `${number}` }),
      ),
    );
    const numbers = (await readAttempts(database.pool, workspace)).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, place) => 251 + place));
  });

  it('tells when a request arrived, and how long its decision took', async () => {
    const workspace = await givenWorkspace(database.pool);
    await givenAccount(database.pool, workspace);
    await ingress.post(workspace.token, hello);
    const { rows } = await database.pool.query(
      `select a.at between m.created_at - interval '10 seconds' and m.created_at as before, a.duration_ms > 0 as took
       from inbound_attempt a join message m on m.id = a.message_id where a.workspace_id = $1`,
      [workspace.id],
    );
    expect(rows).toEqual([{ before: true, took: true }]);
  });

  it('has one entry for a request whose batch was repeated after a lost connection', async () => {
    const proxy = await CuttingProxy.start(database.url);
    const pod = await TestIngress.start(proxy.url);
    try {
      const workspace = await givenWorkspace(database.pool, { credits: 1 });
      await givenAccount(database.pool, workspace);
      proxy.swallowAnswerTo('accept_messages');
      const accepted = await pod.post(workspace.token, hello);
      proxy.swallowAnswerTo('accept_messages');
      const refused = await pod.post(workspace.token, hello);
      expect([accepted.status, refused.status, proxy.cuts]).toEqual([200, 402, 2]);
      expect(refused.body.message).toBe('Insufficient credits: 1 needed, 0 available');
      expect(
        (await readAttempts(database.pool, workspace)).map(({ number, status }) => [number, status]),
      ).toEqual([
        [1, 200],
        [2, 402],
      ]);
    } finally {
      await pod.stop();
      await proxy.stop();
    }
  });
});
