import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { TestIngress } from '../testing/ingress.js';
import { givenAccount, givenWorkspace, readQueued, type TestWorkspace } from '../testing/workspace.js';

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
const withFile = { ...hello, file_url: 'https://example.com/a.pdf', file_name: 'a.pdf' };

async function givenSender(): Promise<TestWorkspace> {
  const workspace = await givenWorkspace(database.pool, { credits: 1_000 });
  await givenAccount(database.pool, workspace);
  return workspace;
}

async function send(workspace: TestWorkspace, ...bodies: object[]): Promise<void> {
  for (const body of bodies) expect((await ingress.post(workspace.token, body)).status).toBe(200);
}

/** All messages in the order of their times, with their files' URLs. */
async function readMessages(workspace: TestWorkspace) {
  const { rows } = await database.pool.query(
    `select m.text, m.kind, m.file_name as "fileName", f.url, m.hold, m.file_id as "fileId"
     from message m left join file f on f.id = m.file_id where m.workspace_id = $1 order by m.message_at, m.id`,
    [workspace.id],
  );
  return rows;
}

async function readFetches(workspace: TestWorkspace): Promise<string[]> {
  const { rows } = await database.pool.query(
    `select f.id from lane_item i join lane l on l.id = i.lane_id and l.kind = 'fetch' join file f on f.id = i.ref
     where f.workspace_id = $1 and l.key = f.id::text and l.slot = 0 order by i.id`,
    [workspace.id],
  );
  return rows.map(({ id }) => id);
}

describe('a message with a file', () => {
  it('waits for its file, which is to be fetched, and not in its account’s lane', async () => {
    const workspace = await givenSender();
    await send(workspace, {
      ...withFile,
      file_url: 'HTTPS://Example.com/ä b.pdf',
      file_name: 'Überblick 😀.pdf',
    });
    const [message, ...more] = await readMessages(workspace);
    expect(more).toEqual([]);
    expect(message).toEqual({
      text: 'Hello',
      kind: 'attachment',
      fileName: 'Überblick 😀.pdf',
      url: 'https://example.com/%C3%A4%20b.pdf',
      hold: 'file',
      fileId: expect.any(String),
    });
    expect(await readQueued(database.pool, workspace)).toEqual([]);
    expect(await readFetches(workspace)).toEqual([message!.fileId]);
  });

  it('shares the file with others that name the same URL within ten minutes, also at the same moment', async () => {
    const workspace = await givenSender();
    await Promise.all(Array.from({ length: 20 }, () => ingress.post(workspace.token, withFile)));
    await send(workspace, withFile, { ...withFile, file_url: 'https://example.com/b.pdf' });
    const files = (await readMessages(workspace)).map(({ fileId }) => fileId);
    expect(new Set(files.slice(0, 21)).size).toBe(1);
    expect(files[21]).not.toBe(files[0]);
    // Each has a worker look at the file again: it may have been fetched already.
    expect(new Set(await readFetches(workspace))).toEqual(new Set(files));
    expect((await readFetches(workspace)).length).toBeGreaterThanOrEqual(3);

    await database.pool.query(`update file set state = 'stored' where id = $1`, [files[0]]);
    await send(workspace, withFile);
    expect((await readMessages(workspace)).at(-1)!.fileId).toBe(files[0]);
  });

  it.each([
    ['is older than ten minutes', `created_at = now() - interval '601 seconds'`],
    ['could not be had', `state = 'failed'`],
    ['was removed', `state = 'removed'`],
  ])('has the file fetched anew when the one of that URL %s', async (_, change) => {
    const workspace = await givenSender();
    await send(workspace, withFile);
    await database.pool.query(`update file set ${change} where workspace_id = $1`, [workspace.id]);
    await send(workspace, withFile);
    const [first, second] = await readMessages(workspace);
    expect(second!.fileId).not.toBe(first!.fileId);
  });

  it('does not share files with another workspace', async () => {
    const [workspace, other] = [await givenSender(), await givenSender()];
    await send(workspace, withFile);
    await send(other, withFile);
    expect((await readMessages(other))[0]!.fileId).not.toBe((await readMessages(workspace))[0]!.fileId);
  });
});

describe('a message of a chat in which an earlier one is held', () => {
  it('is held behind it, and messages of other chats are not', async () => {
    const workspace = await givenSender();
    const elsewhere = { ...hello, text: 'elsewhere', phone: '+2' };
    await send(
      workspace,
      { ...hello, text: 'before' },
      withFile,
      { ...hello, text: 'after' },
      elsewhere,
      withFile,
    );
    expect((await readMessages(workspace)).map(({ text, hold }) => [text, hold])).toEqual([
      ['before', null],
      ['Hello', 'file'],
      ['after', 'behind'],
      ['elsewhere', null],
      ['Hello', 'file'],
    ]);
    expect((await readQueued(database.pool, workspace)).map(({ text }) => text)).toEqual([
      'before',
      'elsewhere',
    ]);
  });

  it('is held in the same order when they are decided together', async () => {
    const workspace = await givenSender();
    const bodies = Array.from({ length: 60 }, (_, number) => {
      const text = `${number}`;
      const phone = `+${number % 3}`;
      return number % 7 === 3 ? { ...withFile, text, phone } : { ...hello, text, phone };
    });
    await Promise.all(bodies.map((body) => ingress.post(workspace.token, body)));
    const seen = new Set<number>();
    for (const { text, hold } of await readMessages(workspace)) {
      const chat = Number(text) % 3;
      const file = Number(text) % 7 === 3;
      expect([text, hold]).toEqual([text, file ? 'file' : seen.has(chat) ? 'behind' : null]);
      if (file) seen.add(chat);
    }
  });

  it('goes at once when what was held has ended', async () => {
    const workspace = await givenSender();
    await send(workspace, withFile);
    await database.pool.query(`update message set state = 'failed' where workspace_id = $1`, [workspace.id]);
    await send(workspace, hello);
    expect((await readMessages(workspace)).map(({ hold }) => hold)).toEqual(['file', null]);
  });
});
