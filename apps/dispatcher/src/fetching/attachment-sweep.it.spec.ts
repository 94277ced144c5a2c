import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresAttachmentStore } from '@waypost/attachments';
import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue, remove } from '@waypost/lanes';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { AttachmentSweep } from './attachment-sweep.js';
import { FetchLaneSweep } from './fetch-lane-sweep.js';

let database: TestDatabase;
let dispatcher: RunningDispatcher;
let account: TestAccount;
let store: PostgresAttachmentStore;

beforeAll(async () => {
  database = await createTestDatabase();
  dispatcher = await startDispatcher(database.url);
  store = new PostgresAttachmentStore(database.pool);
});
beforeEach(async () => {
  account = await TestAccount.create(database.pool);
});
afterAll(async () => {
  await dispatcher?.close();
  await database?.drop();
});

const sweep = () => dispatcher.get(AttachmentSweep).sweep();
const sql = async (text: string, values: unknown[]) => (await database.pool.query(text, values)).rows;
const stateOf = async (id: string) => (await sql('select state from file where id = $1', [id]))[0].state;

/** A stored file and the messages that refer to it, by state. */
async function givenFile(minutesAgo: number, messageStates: string[]): Promise<string> {
  const id = randomUUID();
  await sql(
    `insert into file (id, workspace_id, url, state, kind, mime_type, size, created_at, fetched_at)
     select $1, $2, 'https://files.example/x', 'stored', 'document', 'application/pdf', 1, t, t
     from (select now() - $3 * interval '1 minute' as t) then_`,
    [id, account.workspaceId, minutesAgo],
  );
  for (const state of messageStates) {
    // Held, so that the running dispatcher leaves it alone.
    const [message] = await account.queue([''], { hold: 'file', file: { id, name: 'x.pdf' } });
    await account.setState(message!, state);
  }
  await store.put(id, Buffer.from('content'));
  return id;
}

describe('the content of a file', () => {
  it('goes when everything that refers to it was sent or failed', async () => {
    const sent = await givenFile(16, ['sent', 'delivered', 'read', 'failed']);
    const unused = await givenFile(16, []);
    expect(await sweep()).toBe(2);
    expect(await sweep()).toBe(0);
    for (const id of [sent, unused]) {
      expect(await stateOf(id)).toBe('removed');
      expect(await store.get(id)).toBeUndefined();
    }
  });

  it.each(['queued', 'sending'])('stays while a message is %s, however old it is', async (state) => {
    const id = await givenFile(24 * 60, ['sent', state]);
    await sweep();
    expect(await stateOf(id)).toBe('stored');
    expect(await store.get(id)).toBeDefined();
  });

  it('stays while messages may take it up, and while a transaction that did may be under way', async () => {
    const id = await givenFile(14, ['sent']);
    await sweep();
    expect(await stateOf(id)).toBe('stored');
  });

  it('goes when a sweep died between giving it up and deleting it', async () => {
    const id = await givenFile(16, ['sent']);
    await sql(`update file set state = 'removed' where id = $1`, [id]);
    expect(await sweep()).toBe(1);
    expect(await store.get(id)).toBeUndefined();
  });

  it('goes in bounded batches, all of it', async () => {
    const ids = await Promise.all(Array.from({ length: 250 }, () => givenFile(20, [])));
    expect(await sweep()).toBe(250);
    for (const id of ids) expect(await stateOf(id)).toBe('removed');
  });

  it('is given up by one of several sweeps at a time, while messages that took it up before keep it', async () => {
    const gone = await Promise.all(Array.from({ length: 30 }, () => givenFile(20, ['sent'])));
    const kept = await Promise.all(Array.from({ length: 30 }, () => givenFile(20, ['queued'])));
    await Promise.all([sweep(), sweep(), sweep()]);
    await sweep();
    for (const id of gone) expect(await store.get(id)).toBeUndefined();
    for (const id of kept) expect(await store.get(id)).toBeDefined();
  });
});

describe('the lane of a file', () => {
  it('goes when it is empty and no message can take the file up any more', async () => {
    const named = (minutesAgo: number) => uuidv7(Date.now() - minutesAgo * 60_000);
    const [old, busy, young] = [named(30), named(30), named(15)] as [string, string, string];
    // Another kind, so that the running dispatcher does not work them; renamed when they are as they should be.
    const items = [old, busy, young].map((id) => ({ key: id, slot: 0, ref: id }));
    await enqueue(database.pool, 'test', items);
    await remove(database.pool, 'test', [old, young], [old, young]);
    await sql(`update lane set kind = $1, is_open = false where kind = 'test'`, [laneKinds.fetch]);
    expect(await dispatcher.get(FetchLaneSweep).sweep()).toBe(1);
    const left = await sql('select key from lane where kind = $1 and key = any($2) order by key', [
      laneKinds.fetch,
      [old, busy, young],
    ]);
    expect(left.map(({ key }) => key)).toEqual([busy, young].sort());
  });
});
