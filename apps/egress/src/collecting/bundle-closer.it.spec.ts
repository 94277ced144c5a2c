import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@waypost/kernel';
import { createTestDatabase, eventually, type TestDatabase } from '@waypost/testkit';
import { TestWorkspace } from '../testing/test-workspace.js';
import { BundleCloser } from './bundle-closer.js';

let db: TestDatabase;
let workspace: TestWorkspace;
let closer: BundleCloser;

beforeAll(async () => {
  db = await createTestDatabase();
  workspace = await TestWorkspace.create(db.pool, 'http://127.0.0.1:9/');
});
afterAll(async () => {
  await closer?.stop();
  await db?.drop();
});

/** A bundle with one message, of a chat of its own, whose window ended so long ago. */
async function dueBundle(text: string, sinceMs: number): Promise<string> {
  const [id, messageId] = [uuidv7(), uuidv7()];
  const { rows } = await db.pool.query(
    `insert into chat (workspace_id, account_id, group_jid, name) values ($1, $2, $3, 'Group') returning id`,
    [workspace.id, workspace.accountId, `${id}@g.us`],
  );
  await db.pool.query(
    `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
     values ($1, $2, $3, $4, $6, 'received', 'contact', $5, 'received', now())`,
    [messageId, workspace.id, workspace.accountId, rows[0].id, text, messageId],
  );
  await db.pool.query(
    `insert into bundle (id, endpoint_id, workspace_id, chat_id, messages, bytes, closes_at)
     values ($1, $2, $3, $4, 1, 1, now() - make_interval(secs => $5::float8 / 1000))`,
    [id, workspace.endpointId, workspace.id, rows[0].id, sinceMs],
  );
  await db.pool.query(
    `insert into bundle_message (bundle_id, endpoint_id, message_id, bytes) values ($1, $2, $3, 1)`,
    [id, workspace.endpointId, messageId],
  );
  return id;
}

describe('bundles that cannot be closed', () => {
  it('hold up no others', async () => {
    // As a statement that takes too long.
    await db.pool.query(`
      create function refuse() returns trigger language plpgsql as $$
      begin
        if new.body like '%poison%' then raise exception 'too long' using errcode = '57014'; end if;
        return new;
      end $$;
      create trigger refuse before insert on delivery for each row execute function refuse();
    `);
    const poisoned: string[] = [];
    for (let count = 0; count < 25; count++) poisoned.push(await dueBundle('poison', 60_000 - count));
    const good = await dueBundle('good', 10);
    closer = new BundleCloser({
      ...{ pool: db.pool, links: { consolePublicUrl: 'https://console.example', productName: 'Waypost' } },
      ...{ onDeliveriesDue: () => undefined, onClosed: () => undefined, sweepMs: 50 },
    });
    closer.start();
    await eventually(
      async () =>
        expect(await workspace.deliveries()).toEqual([expect.objectContaining({ bundle_id: good })]),
      { withinMs: 20_000 },
    );
    const open = (await workspace.bundles()).filter(({ state }) => state === 'open');
    expect(open.map(({ id }) => id).sort()).toEqual(poisoned.sort());
  });
});
