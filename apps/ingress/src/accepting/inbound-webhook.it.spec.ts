import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { TestIngress } from '../testing/ingress.js';
import {
  givenAccount,
  givenChat,
  givenWorkspace,
  readLedger,
  readQueued,
  type TestWorkspace,
} from '../testing/workspace.js';

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

const hello = { action: 'send', text: 'Hello\nworld', phone: '+1 (415) 123-1234' };
const refused = (status: number, message: unknown) => ({ status, data: {}, message });

async function givenSender(options: Parameters<typeof givenWorkspace>[1] = {}) {
  const workspace = await givenWorkspace(database.pool, options);
  return { workspace, account: await givenAccount(database.pool, workspace) };
}

async function expectNothingHappened(workspace: TestWorkspace) {
  expect(await readQueued(database.pool, workspace)).toEqual([]);
  expect((await readLedger(database.pool, workspace)).charges).toBe(0);
}

describe('a valid request', () => {
  it('is queued and charged under the id that it is answered with', async () => {
    const { workspace, account } = await givenSender({ credits: 3 });
    const answer = await ingress.post(workspace.token, hello);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      status: 'success',
      data: { message_id: expect.stringMatching(/^wa_backend:3EB0[0-9A-F]{16}$/) },
    });
    expect(await readQueued(database.pool, workspace)).toEqual([
      expect.objectContaining({
        keyId: answer.body.data.message_id.slice('wa_backend:'.length),
        text: hello.text,
        accountId: account.id,
        recipientJid: '14151231234@s.whatsapp.net',
        state: 'queued',
        opensChat: true,
      }),
    ]);
    expect(await readLedger(database.pool, workspace)).toEqual({ balance: 2, sum: 2, charges: 1, told: 2 });
  });

  it('expires a day later and moves its chat to the top', async () => {
    const { workspace } = await givenSender();
    await ingress.post(workspace.token, hello);
    const { rows } = await database.pool.query(
      `select m.expires_at - m.created_at = interval '24 hours' as a_day, c.last_message_at = m.created_at as on_top,
         c.name, m.origin, m.direction, m.cost
       from message m join chat c on c.id = m.chat_id where m.workspace_id = $1`,
      [workspace.id],
    );
    expect(rows).toEqual([
      { a_day: true, on_top: true, name: '+14151231234', origin: 'webhook', direction: 'sent', cost: 1 },
    ]);
  });

  it('takes null and empty optional fields for absent ones, and ignores fields that it does not know', async () => {
    const { workspace } = await givenSender();
    const form = {
      jid: null,
      chat_id: '',
      chat_name: '',
      file_url: null,
      file_name: '',
      whatsapp_account_phone: '',
      x: 1,
    };
    expect((await ingress.post(workspace.token, { ...hello, ...form })).status).toBe(200);
  });

  it('may have any JSON content type and a byte order mark', async () => {
    const { workspace } = await givenSender();
    for (const type of ['application/json; charset=utf-8', 'application/vnd.acme+json', 'APPLICATION/JSON']) {
      const answer = await ingress.post(workspace.token, `\ufeff${JSON.stringify(hello)}`, {
        'content-type': type,
      });
      expect(answer.status).toBe(200);
    }
  });

  it('takes the same chat for a phone number however it is written, as a JID, and by the chat’s id', async () => {
    const { workspace } = await givenSender();
    const recipients = [
      { phone: '+14151231234' },
      { phone: '1.415.123 12 34' },
      { jid: '14151231234:7@s.whatsapp.net' },
    ];
    for (const to of recipients) {
      expect((await ingress.post(workspace.token, { action: 'send', text: 'x', ...to })).status).toBe(200);
    }
    const [first] = await readQueued(database.pool, workspace);
    for (const chat_id of [first!.chatId, Number(first!.chatId)]) {
      expect((await ingress.post(workspace.token, { action: 'send', text: 'x', chat_id })).status).toBe(200);
    }
    const queued = await readQueued(database.pool, workspace);
    expect(new Set(queued.map(({ chatId }) => chatId)).size).toBe(1);
    expect(new Set(queued.map(({ recipientJid }) => recipientJid)).size).toBe(1);
    expect(queued.map(({ opensChat }) => opensChat)).toEqual([true, false, false, false, false]);
  });

  it('reaches a contact that is only known by its LID', async () => {
    const { workspace } = await givenSender();
    const answer = await ingress.post(workspace.token, { action: 'send', text: 'x', jid: '98765@lid' });
    expect(answer.status).toBe(200);
    expect(await readQueued(database.pool, workspace)).toEqual([
      expect.objectContaining({ recipientJid: '98765@lid' }),
    ]);
  });

  it.each(['120363025246125486@g.us', '14151231234-1580000000@g.us'])(
    'reaches the group %s, whose chat it opens',
    async (jid) => {
      const { workspace } = await givenSender();
      expect((await ingress.post(workspace.token, { action: 'send', text: 'x', jid })).status).toBe(200);
      const [first] = await readQueued(database.pool, workspace);
      expect(first).toMatchObject({ recipientJid: jid, opensChat: true });
      const name = jid.split('@')[0];
      const { rows } = await database.pool.query('select name, group_jid from chat where workspace_id = $1', [
        workspace.id,
      ]);
      expect(rows).toEqual([{ name, group_jid: jid }]);
      for (const to of [{ jid }, { chat_id: first!.chatId }, { chat_name: name }]) {
        expect((await ingress.post(workspace.token, { action: 'send', text: 'x', ...to })).status).toBe(200);
      }
      const queued = await readQueued(database.pool, workspace);
      expect(queued.map(({ chatId, recipientJid }) => [chatId, recipientJid])).toEqual(
        Array(4).fill([first!.chatId, jid]),
      );
    },
  );

  it('opens one chat for a group that many requests name at once', async () => {
    const { workspace } = await givenSender();
    const jid = '120363025246125499@g.us';
    await Promise.all(
      Array.from({ length: 30 }, () => ingress.post(workspace.token, { action: 'send', text: 'x', jid })),
    );
    const queued = await readQueued(database.pool, workspace);
    expect(queued).toHaveLength(30);
    expect(new Set(queued.map(({ chatId }) => chatId)).size).toBe(1);
    expect(queued.filter(({ opensChat }) => opensChat)).toHaveLength(1);
  });

  it('reaches a chat by its exact name, among those of the account that is named, if one is', async () => {
    const { workspace, account } = await givenSender();
    const other = await givenAccount(database.pool, workspace);
    const [mine, theirs] = [
      await givenChat(database.pool, workspace, account, 'Ann “A” Äpfel'),
      await givenChat(database.pool, workspace, other, 'Ann “A” Äpfel'),
    ];
    const group = await givenChat(database.pool, workspace, account, 'Team', { groupJid: '1203@g.us' });
    const send = (chat_name: string, phone?: string) =>
      ingress.post(workspace.token, { action: 'send', text: 'x', chat_name, whatsapp_account_phone: phone });
    expect((await send('Ann “A” Äpfel', account.phone)).status).toBe(200);
    expect((await send('Team')).status).toBe(200);
    expect((await send('team')).body).toEqual(refused(404, 'Chat not found'));
    expect((await send('Team', other.phone)).body).toEqual(refused(404, 'Chat not found'));
    expect((await send('Ann “A” Äpfel')).body).toEqual(
      refused(409, `Several chats are named "Ann “A” Äpfel": ${mine}, ${theirs}; use chat_id`),
    );
    expect((await readQueued(database.pool, workspace)).map(({ chatId }) => chatId)).toEqual([mine, group]);
  });

  it('is told the first ten of many chats with the same name', async () => {
    const { workspace, account } = await givenSender();
    const ids: string[] = [];
    for (let count = 0; count < 12; count++)
      ids.push(await givenChat(database.pool, workspace, account, 'Ann'));
    const answer = await ingress.post(workspace.token, { action: 'send', text: 'x', chat_name: 'Ann' });
    expect(answer.body).toEqual(
      refused(409, `Several chats are named "Ann": ${ids.slice(0, 10).join(', ')} and more; use chat_id`),
    );
  });

  it('may have 65,536 characters of text, whatever they take in memory', async () => {
    const { workspace } = await givenSender();
    const text = '😀'.repeat(65_536);
    expect((await ingress.post(workspace.token, { ...hello, text })).status).toBe(200);
    expect((await readQueued(database.pool, workspace))[0]!.text).toBe(text);
    expect(await ingress.post(workspace.token, { ...hello, text: `${text}x` })).toMatchObject({
      status: 400,
      body: refused(400, 'text must have at most 65536 characters'),
    });
  });
});

describe('the account that sends', () => {
  it('is the active one that connected last when none is named', async () => {
    const { workspace } = await givenSender();
    const last = await givenAccount(database.pool, workspace, { state: 'backing_off' });
    await givenAccount(database.pool, workspace, { state: 'logged_out' });
    await ingress.post(workspace.token, hello);
    expect(await readQueued(database.pool, workspace)).toEqual([
      expect.objectContaining({ accountId: last.id }),
    ]);
  });

  it.each(['whatsapp_account_phone', 'whatsapp account phone'])('is the one named by %j', async (field) => {
    const { workspace, account } = await givenSender();
    await givenAccount(database.pool, workspace);
    const answer = await ingress.post(workspace.token, {
      ...hello,
      [field]: account.phone.replace('+49', '+49 '),
    });
    expect(answer.status).toBe(200);
    expect(await readQueued(database.pool, workspace)).toEqual([
      expect.objectContaining({ accountId: account.id }),
    ]);
  });

  it('is the chat’s own when a chat is named, whatever else is', async () => {
    const { workspace, account } = await givenSender();
    await ingress.post(workspace.token, hello);
    const other = await givenAccount(database.pool, workspace);
    const { chatId } = (await readQueued(database.pool, workspace))[0]!;
    for (const whatsapp_account_phone of [other.phone, 'nonsense']) {
      const body = { action: 'send', text: 'x', chat_id: chatId, whatsapp_account_phone };
      expect((await ingress.post(workspace.token, body)).status).toBe(200);
    }
    expect(new Set((await readQueued(database.pool, workspace)).map(({ accountId }) => accountId))).toEqual(
      new Set([account.id]),
    );
  });

  it('has a chat of its own with a number that another account writes to, too', async () => {
    const { workspace, account } = await givenSender();
    const other = await givenAccount(database.pool, workspace);
    for (const { phone } of [account, other]) {
      await ingress.post(workspace.token, { ...hello, whatsapp_account_phone: phone });
    }
    const queued = await readQueued(database.pool, workspace);
    expect(new Set(queued.map(({ chatId }) => chatId)).size).toBe(2);
  });
});

describe('a refused request', () => {
  it.each([
    ['an unknown token', 'x'.repeat(43)],
    ['a token that is far too long', 'x'.repeat(5_000)],
    ['a path that cannot be decoded', '%E0%A4%A'],
  ])('says that there is no such webhook for %s, whatever the body', async (_, token) => {
    for (const body of [hello, {}, 'no json']) {
      const answer = await ingress.post(token, body);
      expect(answer).toMatchObject({ status: 404, body: refused(404, 'Webhook not found') });
    }
  });

  it('stops working at once when its token is replaced or the webhook is switched off', async () => {
    const { workspace } = await givenSender();
    expect((await ingress.post(workspace.token, hello)).status).toBe(200);
    await database.pool.query('update inbound_webhook set enabled = false where workspace_id = $1', [
      workspace.id,
    ]);
    const disabled = await ingress.post(workspace.token, hello);
    expect(disabled).toMatchObject({ status: 403, body: refused(403, 'Webhook is disabled') });
    await database.pool.query(`update inbound_webhook set token_hash = 'new' where workspace_id = $1`, [
      workspace.id,
    ]);
    expect((await ingress.post(workspace.token, hello)).status).toBe(404);
    expect((await readLedger(database.pool, workspace)).charges).toBe(1);
  });

  it('names the credits that are needed and those that are there', async () => {
    const { workspace } = await givenSender({ credits: 0 });
    const answer = await ingress.post(workspace.token, hello);
    expect(answer).toMatchObject({
      status: 402,
      body: refused(402, 'Insufficient credits: 1 needed, 0 available'),
    });
    await expectNothingHappened(workspace);
    const { rows } = await database.pool.query('select 1 from chat where workspace_id = $1', [workspace.id]);
    expect(rows).toEqual([]);
  });

  it('cannot reach chats and accounts of another workspace', async () => {
    const { workspace: other, account } = await givenSender();
    await ingress.post(other.token, hello);
    const { chatId } = (await readQueued(database.pool, other))[0]!;
    const { workspace } = await givenSender();
    for (const chat_id of [chatId, '1', 0, '999999999999999999']) {
      const answer = await ingress.post(workspace.token, { action: 'send', text: 'x', chat_id });
      expect(answer).toMatchObject({ status: 404, body: refused(404, 'Chat not found') });
    }
    const answer = await ingress.post(workspace.token, { ...hello, whatsapp_account_phone: account.phone });
    expect(answer).toMatchObject({ status: 404, body: refused(404, 'WhatsApp account not found') });
    await expectNothingHappened(workspace);
  });

  it('says so when no account can send', async () => {
    const workspace = await givenWorkspace(database.pool);
    const none = await ingress.post(workspace.token, hello);
    expect(none).toMatchObject({
      status: 409,
      body: refused(409, 'No WhatsApp account is connected; link one first'),
    });
    const account = await givenAccount(database.pool, workspace, { state: 'logged_out' });
    const named = await ingress.post(workspace.token, { ...hello, whatsapp_account_phone: account.phone });
    expect(named).toMatchObject({
      status: 409,
      body: refused(409, 'The WhatsApp account is logged out; link it again'),
    });
    await expectNothingHappened(workspace);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'says which method to use instead of %s',
    async (method) => {
      const answer = await ingress.request('/webhooks/inbound/any', { method });
      expect(answer).toMatchObject({ status: 405, body: refused(405, 'Use POST') });
      expect(answer.headers.get('allow')).toBe('POST');
    },
  );

  it('is told the size limit, which a body just under it meets', async () => {
    const { workspace } = await givenSender();
    const padded = (size: number) => {
      const body = JSON.stringify({ ...hello, padding: '' });
      return body.replace('"padding":""', `"padding":"${'x'.repeat(size - body.length)}"`);
    };
    expect((await ingress.post(workspace.token, padded(512 * 1024))).status).toBe(200);
    expect(await ingress.post(workspace.token, padded(512 * 1024 + 1))).toMatchObject({
      status: 413,
      body: refused(413, 'The body is larger than 512 KiB'),
    });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'nonsense'])(
    'is told the content type instead of %s',
    async (type) => {
      const { workspace } = await givenSender();
      const answer = await ingress.post(workspace.token, JSON.stringify(hello), { 'content-type': type });
      expect(answer).toMatchObject({
        status: 415,
        body: refused(415, 'The content type must be application/json'),
      });
    },
  );

  it('may not be compressed', async () => {
    const { workspace } = await givenSender();
    const answer = await ingress.post(workspace.token, hello, { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 415, body: refused(415, 'The body must not be compressed') });
  });

  it.each<[string, string | Uint8Array, string]>([
    ['is empty', '', 'The body is empty; it must be a JSON object'],
    ['is no object', '[]', 'The body must be a JSON object, not an array'],
    ['is null', 'null', 'The body must be a JSON object, not null'],
    ['is not UTF-8', Buffer.from('{"text":"\xff"}', 'latin1'), 'The body is not valid UTF-8'],
    [
      'is not JSON',
      '{\n  "action": "send",\n  "text": oops\n}',
      'The body is not valid JSON: unexpected "o" at line 3, column 11',
    ],
    [
      'has several mistakes',
      '{"text":5,"phone":"x"}',
      expect.stringMatching(/^action .*; text .*; phone /) as never,
    ],
    [
      'names no recipient',
      '{"action":"send","text":"x"}',
      'exactly one of phone, jid, chat_id, chat_name must be given, none is',
    ],
    [
      'names several recipients',
      '{"action":"send","text":"x","phone":"+1","jid":"1@lid"}',
      'exactly one of phone, jid, chat_id, chat_name must be given, not phone and jid',
    ],
    [
      'has a U+0000',
      '{"action":"send","text":"a\\u0000b","phone":"+1"}',
      'text must not contain the character U+0000',
    ],
    [
      'has half a character',
      '{"action":"send","text":"a\\ud83d","phone":"+1"}',
      'text must not contain half a surrogate pair',
    ],
  ])('says what is wrong with a body that %s', async (_, body, message) => {
    const { workspace } = await givenSender();
    const answer = await ingress.post(workspace.token, body);
    expect(answer).toMatchObject({ status: 400, body: refused(400, message) });
    await expectNothingHappened(workspace);
  });

  it('is never an internal error, whatever is in its fields', async () => {
    const { workspace } = await givenSender();
    const values = [
      null,
      '',
      ' ',
      0,
      -1,
      1.5,
      1e308,
      true,
      [],
      {},
      [[]],
      { a: 1 },
      'a\0b',
      '\ud800',
      '😀',
      'x'.repeat(70_000),
      '__proto__',
      '+',
      '()',
      '9'.repeat(21),
      '@',
      'a@b',
      '1@lid',
      "'; drop table message; --",
      '\\',
      '{}',
      '{"a",NULL}',
      'NaN',
      -0,
      2 ** 53,
    ];
    const fields = [
      'action',
      'text',
      'phone',
      'jid',
      'chat_id',
      'chat_name',
      'file_url',
      'file_name',
      'whatsapp_account_phone',
      'whatsapp account phone',
      '__proto__',
      'constructor',
      'toString',
    ];
    const statuses = new Set<number>();
    const recipients = ['phone', 'jid', 'chat_id', 'chat_name'];
    for (const field of fields) {
      const rest = `"action":"send","text":"x"${recipients.includes(field) ? '' : ',"phone":"+1"'}`;
      const answers = await Promise.all(
        values.map((value) =>
          ingress.post(workspace.token, `{${rest},${JSON.stringify(field)}:${JSON.stringify(value)}}`),
        ),
      );
      for (const { status } of answers) statuses.add(status);
    }
    expect([...statuses].filter((status) => ![200, 400, 402, 404].includes(status))).toEqual([]);
    const depth = 100_000;
    for (const nested of [
      '['.repeat(depth),
      `${'['.repeat(depth)}${']'.repeat(depth)}`,
      '{"a":'.repeat(50_000),
    ]) {
      expect((await ingress.post(workspace.token, nested)).status).toBe(400);
    }
  });
});
