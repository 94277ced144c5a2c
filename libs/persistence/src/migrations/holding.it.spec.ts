import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';

type Hold = 'file' | 'new_chats_locked' | 'behind' | null;

describe('releasing held messages', () => {
  let database: TestDatabase;
  let workspaceId: string;
  let accountId: string;
  let chats = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const sql = async (text: string, values: unknown[]) => (await database.pool.query(text, values)).rows;

  async function givenAccount() {
    [workspaceId, accountId] = [randomUUID(), randomUUID()];
    await sql(
      `with w as (insert into workspace (id, name) values ($1, 'Test')),
       m as (insert into member (id, workspace_id, email, full_name, role) values ($2::uuid, $1, $2::uuid::text, 'Test', 'owner'))
       insert into account (id, workspace_id, owner_member_id, network) values ($2::uuid, $1, $2::uuid, 'sandbox')`,
      [workspaceId, accountId],
    );
  }

  /** A chat with messages, by hold, in this order. */
  async function givenChat(holds: Hold[], state = 'queued'): Promise<{ chat: string; messages: string[] }> {
    const [chat] = await sql(
      `insert into chat (workspace_id, account_id, group_jid, name) values ($1, $2, $3, 'Group') returning id`,
      [workspaceId, accountId, `${++chats}@g.us`],
    );
    const messages = holds.map(() => randomUUID());
    await sql(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, hold, message_at)
       select m.id, $1, $2, $3, m.id::text, 'sent', 'webhook', '', $4, m.hold, now() + m.place * interval '1 ms'
       from unnest($5::uuid[], $6::text[]) with ordinality as m(id, hold, place)`,
      [workspaceId, accountId, chat.id, state, messages, holds],
    );
    return { chat: chat.id, messages };
  }

  const release = async (...ids: string[]): Promise<boolean> =>
    (await sql('select message_release($1::bigint[]) as due', [ids]))[0].due;

  const inLane = async (): Promise<string[]> =>
    (
      await sql(
        `select i.ref from lane_item i join lane l on l.id = i.lane_id where l.kind = 'send' and l.key = $1 order by i.id`,
        [accountId],
      )
    ).map(({ ref }) => ref);

  const lock = (until: string) =>
    sql(`update account set new_chats_locked_until = now() + $2::interval where id = $1`, [accountId, until]);

  it('queues what waited behind, in order, and says that the lane fell due', async () => {
    await givenAccount();
    const { chat, messages } = await givenChat(['behind', 'behind']);
    expect(await release(chat)).toBe(true);
    expect(await inLane()).toEqual(messages);
    expect(await release(chat)).toBe(false);
    expect(await inLane()).toEqual(messages);
  });

  it('stops at a message whose file is not decided about', async () => {
    await givenAccount();
    const { chat, messages } = await givenChat(['behind', 'file', 'behind']);
    await release(chat);
    expect(await inLane()).toEqual(messages.slice(0, 1));
    await sql(`update message set hold = 'behind' where id = $1`, [messages[1]]);
    await release(chat);
    expect(await inLane()).toEqual(messages);
  });

  it('goes past a message that failed meanwhile', async () => {
    await givenAccount();
    const { chat, messages } = await givenChat(['file', 'behind']);
    await sql(`update message set state = 'failed' where id = $1`, [messages[0]]);
    await release(chat);
    expect(await inLane()).toEqual(messages.slice(1));
  });

  it('stops while WhatsApp locks new chats, and not longer', async () => {
    await givenAccount();
    const { chat, messages } = await givenChat(['new_chats_locked', 'behind']);
    await lock('1 hour');
    expect(await release(chat)).toBe(false);
    expect(await inLane()).toEqual([]);
    await lock('-1 second');
    await release(chat);
    expect(await inLane()).toEqual(messages);
  });

  it('lets go of a contact who has written meanwhile, lock or not', async () => {
    await givenAccount();
    const { chat, messages } = await givenChat(['new_chats_locked', 'behind']);
    await lock('1 hour');
    await sql(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, message_at)
       values ($1, $2, $3, $4, 'answer', 'received', 'contact', 'Hi', 'received', now())`,
      [randomUUID(), workspaceId, accountId, chat],
    );
    await release(chat);
    expect(await inLane()).toEqual(messages);
  });

  it('looks at each chat by itself', async () => {
    await givenAccount();
    const waiting = await givenChat(['file', 'behind']);
    const free = await givenChat(['behind']);
    await release(waiting.chat, free.chat);
    expect(await inLane()).toEqual(free.messages);
  });

  it('sees the message that another transaction is adding to the chat', async () => {
    await givenAccount();
    const { chat, messages } = await givenChat(['file']);
    const adding = await database.pool.connect();
    await adding.query('begin');
    await adding.query('select from chat where id = $1 for no key update', [chat]);
    await sql(`update message set hold = 'behind' where id = $1`, [messages[0]]);
    const released = release(chat);
    const late = randomUUID();
    await adding.query(
      `insert into message (id, workspace_id, account_id, chat_id, key_id, direction, origin, text, state, hold, message_at)
       values ($1, $2, $3, $4, 'late', 'sent', 'webhook', '', 'queued', 'behind', now() + interval '1 s')`,
      [late, workspaceId, accountId, chat],
    );
    await adding.query('commit');
    adding.release();
    await released;
    expect(await inLane()).toEqual([...messages, late]);
  });
});
