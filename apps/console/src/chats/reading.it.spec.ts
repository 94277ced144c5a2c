import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@waypost/kernel';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type Person, type TestWorkspace } from '../testing/console-under-test.js';

let api: ConsoleUnderTest;
let workspace: TestWorkspace;
let chatId: string;

beforeAll(async () => {
  api = await ConsoleUnderTest.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  workspace = await api.workspace();
  chatId = await api.chat(workspace, await api.account(workspace));
});

const as = (who: Person, method: string, path: string, body?: unknown) =>
  api.call(method, `/api/v1/chats${path}`, { token: who.token, body });

/** @returns the ids of the messages, in the order of their arrival; the chat has them a second apart, beginning at `from` */
async function receive(many: number, { from = 0, direction = 'received' } = {}): Promise<string[]> {
  const ids = Array.from({ length: many }, () => uuidv7());
  await api.postgres.pool.query(
    `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
     select x.id, c.workspace_id, c.account_id, c.id, x.id::text, $3, case $3 when 'received' then 'contact' else 'phone' end, x.n::text,
       case $3 when 'received' then 'received' else 'sent' end, '2026-01-01'::timestamptz + ($4 + x.n) * interval '1 second'
     from chat c, unnest($2::uuid[]) with ordinality x (id, n) where c.id = $1`,
    [chatId, ids, direction, from],
  );
  return ids;
}

describe('what a member has not read of a chat', () => {
  const unread = async (who: Person) => (await as(who, 'GET', `/${chatId}`)).body.unread;
  const read = (who: Person, messageId: string) => as(who, 'PUT', `/${chatId}/reading`, { messageId });

  it('is what came since, for each member apart', async () => {
    const { owner, teammate } = workspace;
    await receive(2, { direction: 'sent' });
    const [, second, third] = await receive(3);
    expect((await as(owner, 'GET', '')).body.items).toMatchObject([{ unread: 3, lastReceivedId: third }]);
    expect((await read(owner, second!)).body).toMatchObject({ id: chatId, unread: 1 });
    expect([await unread(owner), await unread(teammate)]).toEqual([1, 3]);
    await read(owner, third!);
    // Of two tabs, the one that knows less takes nothing back.
    await read(owner, second!);
    expect([await unread(owner), await unread(teammate)]).toEqual([0, 3]);
  });

  it('is also what comes late, though WhatsApp says that it is old', async () => {
    const [only] = await receive(1, { from: 60 });
    await read(workspace.owner, only!);
    const [late] = await receive(1, { from: 5 });
    expect(await unread(workspace.owner)).toBe(1);
    expect((await read(workspace.owner, late!)).body.unread).toBe(0);
  });

  it('is nothing that was there before the member came', async () => {
    await receive(2);
    await api.postgres.pool.query(
      `update member set created_at = now() + interval '1 second' where id = $1`,
      [workspace.teammate.memberId],
    );
    expect([await unread(workspace.owner), await unread(workspace.teammate)]).toEqual([2, 0]);
  });

  it('is counted up to a hundred', async () => {
    await receive(130);
    expect(await unread(workspace.owner)).toBe(100);
  });

  it('is not changed by a message of another chat, or by a stranger', async () => {
    const [mine] = await receive(1);
    const other = await api.chat(workspace, await api.account(workspace));
    const answer = await as(workspace.owner, 'PUT', `/${other}/reading`, { messageId: mine });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field: 'messageId' }]);
    expect((await read((await api.workspace()).owner, mine!)).status).toBe(404);
    expect(await unread(workspace.owner)).toBe(1);
  });
});

describe('the messages of a chat, from one in the middle', () => {
  const list = async (query: string) => as(workspace.teammate, 'GET', `/${chatId}/messages?${query}`);
  const textsOf = (body: { items: { text: string }[] }) => body.items.map(({ text }) => Number(text));
  const down = (from: number, to: number) =>
    Array.from({ length: from - to + 1 }, (_, index) => from - index);

  it('go on both ways until both ends, without a gap or a double', async () => {
    const ids = await receive(40);
    const { body: middle } = await list(`limit=5&around=${ids[19]}`);
    expect(textsOf(middle)).toEqual([22, 21, 20, 19, 18]);
    let texts = textsOf(middle);
    let { nextCursor, previousCursor } = middle;
    for (let pages = 0; pages < 20 && (nextCursor || previousCursor); pages++) {
      if (previousCursor) {
        const { body } = await list(`limit=7&cursor=${previousCursor}`);
        texts = [...textsOf(body), ...texts];
        previousCursor = body.previousCursor;
      }
      if (nextCursor) {
        const { body } = await list(`limit=7&cursor=${nextCursor}`);
        texts = [...texts, ...textsOf(body)];
        nextCursor = body.nextCursor;
      }
    }
    expect(texts).toEqual(down(40, 1));
  });

  it.each([
    [0, 3, [2, 1], false, true],
    [9, 3, [10, 9, 8], true, false],
    [4, 1, [5], true, true],
  ])(
    'near the newest are filled up with older ones, near the oldest are fewer: message %i',
    async (index, limit, texts, older, newer) => {
      const ids = await receive(10);
      const { body } = await list(`limit=${limit}&around=${ids[index]}`);
      expect(textsOf(body)).toEqual(texts);
      expect([body.nextCursor !== null, body.previousCursor !== null]).toEqual([older, newer]);
    },
  );

  it('are none when it is not in this chat', async () => {
    expect((await list(`around=${randomUUID()}`)).status).toBe(404);
    expect((await list('around=x')).status).toBe(400);
  });
});
