import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, CuttingProxy, type TestDatabase } from '@waypost/testkit';
import { TestIngress } from '../testing/ingress.js';
import {
  countStored,
  givenAccount,
  givenChat,
  givenWorkspace,
  readAttempts,
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

const hello = { action: 'send', text: 'Hello', phone: '+14151231234' };
const withFile = { ...hello, file_url: 'https://example.com/a.pdf', file_name: 'a.pdf' };

interface Row {
  /** Prepares the workspace; returns what to add to the body. */
  given?: (workspace: TestWorkspace) => Promise<object | void>;
  credits?: number;
  /** Whether the workspace has a connected account. Default true. */
  connected?: boolean;
  body?: unknown;
  headers?: Record<string, string>;
  status: number;
  message: string | RegExp;
}

const disable = async (workspace: TestWorkspace) => {
  await database.pool.query('update inbound_webhook set enabled = false where workspace_id = $1', [
    workspace.id,
  ]);
};
const accountIn = (state: string) => async (workspace: TestWorkspace) => {
  const { phone } = await givenAccount(database.pool, workspace, { state });
  return { whatsapp_account_phone: phone };
};

const rows: [string, Row][] = [
  [
    '400 a body that is not JSON, with the place',
    {
      body: '{"action":\n"send",}',
      status: 400,
      message: 'The body is not valid JSON: unexpected "}" at line 2, column 8',
    },
  ],
  [
    '400 a body that is no object',
    { body: '"send"', status: 400, message: 'The body must be a JSON object, not a string' },
  ],
  [
    '400 a body that is not UTF-8',
    { body: Buffer.from([0x7b, 0xff, 0x7d]), status: 400, message: 'The body is not valid UTF-8' },
  ],
  ['400 an empty body', { body: '', status: 400, message: 'The body is empty; it must be a JSON object' }],
  [
    '400 every field that is missing or wrong, joined',
    {
      body: { text: 7, phone: 'nobody', jid: 'x' },
      status: 400,
      message:
        'action must be "send"; text must be a string; phone must be a phone number of up to 20 digits, like +14151231234; ' +
        'jid must be a WhatsApp JID like 14151231234@s.whatsapp.net or 120363025246125486@g.us; ' +
        'exactly one of phone, jid, chat_id, chat_name must be given, not phone and jid',
    },
  ],
  [
    '400 no recipient',
    {
      body: { action: 'send', text: 'x' },
      status: 400,
      message: 'exactly one of phone, jid, chat_id, chat_name must be given, none is',
    },
  ],
  [
    '400 an empty text without a file',
    { body: { ...hello, text: '' }, status: 400, message: 'text must not be empty without file_url' },
  ],
  [
    '400 no text with a file',
    { body: { ...withFile, text: undefined }, status: 400, message: 'text is missing' },
  ],
  [
    '400 a text that is too long',
    {
      body: { ...hello, text: 'x'.repeat(65_537) },
      status: 400,
      message: 'text must have at most 65536 characters',
    },
  ],
  [
    '400 a phone number without digits',
    {
      body: { ...hello, phone: '+()' },
      status: 400,
      message: 'phone must be a phone number of up to 20 digits, like +14151231234',
    },
  ],
  [
    '400 a phone number of 21 digits',
    { body: { ...hello, phone: '1'.repeat(21) }, status: 400, message: /^phone must be/ },
  ],
  [
    '400 a file without a name',
    {
      body: { ...withFile, file_name: null },
      status: 400,
      message: 'file_name is missing; a file needs a name',
    },
  ],
  [
    '400 a file name with a path',
    { body: { ...withFile, file_name: '../a' }, status: 400, message: 'file_name must not contain / or \\' },
  ],
  [
    '400 a file name with a backslash',
    { body: { ...withFile, file_name: 'a\\b' }, status: 400, message: 'file_name must not contain / or \\' },
  ],
  [
    '400 a file name with a control character',
    {
      body: { ...withFile, file_name: 'a\nb' },
      status: 400,
      message: 'file_name must not contain control characters',
    },
  ],
  [
    '400 a file name that is a folder',
    { body: { ...withFile, file_name: '..' }, status: 400, message: 'file_name must not be ".."' },
  ],
  [
    '400 a file name that is too long',
    {
      body: { ...withFile, file_name: 'é'.repeat(256) },
      status: 400,
      message: 'file_name must have at most 255 characters',
    },
  ],
  [
    '400 a file of another protocol',
    {
      body: { ...withFile, file_url: 'ftp://example.com/a' },
      status: 400,
      message: 'file_url must be a link like https://example.com/file.pdf',
    },
  ],
  [
    '400 a file link with a password',
    {
      body: { ...withFile, file_url: 'https://a:b@example.com/' },
      status: 400,
      message: 'file_url must not contain a user name or a password',
    },
  ],
  [
    '400 a file link that is too long',
    {
      body: { ...withFile, file_url: `https://example.com/${'ü'.repeat(400)}` },
      status: 400,
      message: 'file_url must have at most 2048 characters',
    },
  ],
  [
    '400 an Idempotency-Key that is empty',
    {
      headers: { 'idempotency-key': '' },
      status: 400,
      message: 'Idempotency-Key must have 1 to 255 characters',
    },
  ],
  [
    '400 an Idempotency-Key that is too long, with the other problems',
    {
      body: { ...hello, action: 'x' },
      headers: { 'idempotency-key': 'k'.repeat(256) },
      status: 400,
      message: 'Idempotency-Key must have 1 to 255 characters; action must be "send"',
    },
  ],
  [
    '402 a file with text for one credit',
    { body: withFile, credits: 1, status: 402, message: 'Insufficient credits: 2 needed, 1 available' },
  ],
  ['402 no credits', { credits: 0, status: 402, message: 'Insufficient credits: 1 needed, 0 available' }],
  ['403 a webhook that is switched off', { given: disable, status: 403, message: 'Webhook is disabled' }],
  [
    '403 a webhook that is switched off, whatever the body',
    { given: disable, body: 'no json', status: 403, message: 'Webhook is disabled' },
  ],
  [
    '404 a chat_id of nobody',
    { body: { action: 'send', text: 'x', chat_id: '1' }, status: 404, message: 'Chat not found' },
  ],
  [
    '404 a chat_name of nobody',
    { body: { action: 'send', text: 'x', chat_name: 'Ann' }, status: 404, message: 'Chat not found' },
  ],
  [
    '404 an account of nobody',
    { body: { ...hello, whatsapp_account_phone: '+1' }, status: 404, message: 'WhatsApp account not found' },
  ],
  [
    '404 an account of nobody, with a chat_name',
    {
      body: { action: 'send', text: 'x', chat_name: 'Ann', whatsapp_account_phone: '+1' },
      status: 404,
      message: 'WhatsApp account not found',
    },
  ],
  [
    '409 no account',
    { connected: false, status: 409, message: 'No WhatsApp account is connected; link one first' },
  ],
  [
    '409 an account that is logged out',
    {
      given: accountIn('logged_out'),
      status: 409,
      message: 'The WhatsApp account is logged out; link it again',
    },
  ],
  [
    '409 an account that is not linked',
    { given: accountIn('unlinked'), status: 409, message: 'The WhatsApp account is not linked yet' },
  ],
  [
    '409 an account that is being linked',
    {
      given: accountIn('pairing'),
      status: 409,
      message: 'The WhatsApp account is being linked; try again when it is connected',
    },
  ],
  [
    '409 an account in use elsewhere',
    {
      given: accountIn('conflict'),
      status: 409,
      message: 'The WhatsApp account is in use by another session; reconnect it',
    },
  ],
  [
    '409 an account that was stopped',
    { given: accountIn('stopped'), status: 409, message: 'The WhatsApp account was stopped; reconnect it' },
  ],
  [
    '409 a chat whose account was removed',
    {
      given: async (workspace) => {
        const account = await givenAccount(database.pool, workspace);
        await givenChat(database.pool, workspace, account, 'Ann');
        await database.pool.query('update account set deleted_at = now() where id = $1', [account.id]);
      },
      body: { action: 'send', text: 'x', chat_name: 'Ann' },
      status: 409,
      message: 'The WhatsApp account was removed; its chats can only be read',
    },
  ],
  [
    '404 an account that was removed',
    {
      given: async (workspace) => {
        const account = await givenAccount(database.pool, workspace);
        await database.pool.query('update account set deleted_at = now() where id = $1', [account.id]);
        return { whatsapp_account_phone: account.phone };
      },
      status: 404,
      message: 'WhatsApp account not found',
    },
  ],
  [
    '409 a chat_name of several, with their ids',
    {
      given: async (workspace) => {
        const account = await givenAccount(database.pool, workspace);
        for (let count = 0; count < 2; count++) await givenChat(database.pool, workspace, account, 'Ann');
      },
      body: { action: 'send', text: 'x', chat_name: 'Ann' },
      status: 409,
      message: /^Several chats are named "Ann": \d{8}, \d{8}; use chat_id$/,
    },
  ],
  [
    '413 a body over 512 KiB',
    { body: ' '.repeat(512 * 1024 + 1), status: 413, message: 'The body is larger than 512 KiB' },
  ],
  [
    '415 another content type',
    {
      headers: { 'content-type': 'text/plain' },
      status: 415,
      message: 'The content type must be application/json',
    },
  ],
  [
    '415 a content type that is none',
    {
      headers: { 'content-type': 'nonsense' },
      status: 415,
      message: 'The content type must be application/json',
    },
  ],
  [
    '415 a compressed body',
    { headers: { 'content-encoding': 'gzip' }, status: 415, message: 'The body must not be compressed' },
  ],
];

describe('the answer to a request', () => {
  it('that is accepted has the status as a word and the message’s id', async () => {
    const workspace = await givenWorkspace(database.pool);
    await givenAccount(database.pool, workspace);
    const answer = await ingress.post(workspace.token, hello);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        data: { message_id: expect.stringMatching(/^wa_backend:3EB0[0-9A-F]{16}$/) },
      },
    });
    expect(Object.keys(answer.body)).toEqual(['status', 'data']);
  });

  it.each(rows)(
    '%s: the envelope tells status and reason, nothing happens, and the attempt is logged',
    async (_, row) => {
      const workspace = await givenWorkspace(database.pool, { credits: row.credits ?? 100 });
      if (row.connected !== false) await givenAccount(database.pool, workspace);
      const more = (await row.given?.(workspace)) ?? {};
      const { chats } = await countStored(database.pool, workspace);
      const sent = row.body ?? { ...hello, ...more };
      const answer = await ingress.post(workspace.token, sent, row.headers);

      const message = typeof row.message === 'string' ? row.message : expect.stringMatching(row.message);
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: row.status,
        body: { status: row.status, data: {}, message },
      });
      expect(await countStored(database.pool, workspace)).toEqual({
        messages: 0,
        charges: 0,
        chats,
        files: 0,
      });
      const raw = typeof sent === 'string' || sent instanceof Uint8Array;
      const bytes = Buffer.from(raw ? (sent as string) : JSON.stringify(sent));
      expect(await readAttempts(database.pool, workspace)).toEqual([
        {
          number: 1,
          status: row.status,
          message,
          keyId: null,
          address: '127.0.0.1',
          body: row.status === 413 ? null : bytes,
          ignoredFields: [],
        },
      ]);
    },
  );

  it('404 an unknown token, whatever else is wrong, is not logged for anybody', async () => {
    for (const body of [hello, 'no json', ' '.repeat(512 * 1024 + 1)]) {
      expect((await ingress.post('unknown', body)).body).toEqual({
        status: 404,
        data: {},
        message: 'Webhook not found',
      });
    }
  });

  it('405 another method names POST', async () => {
    const answer = await ingress.request('/webhooks/inbound/any', { method: 'GET' });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 405,
      body: { status: 405, data: {}, message: 'Use POST' },
    });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('429 many unknown tokens from one address say when to come back, and valid ones from it still work', async () => {
    const guarded = await TestIngress.start(database.url, { TRUST_PROXY: 'loopback' });
    try {
      const from = (address: string) => ({ 'x-forwarded-for': address });
      const guesses: number[] = [];
      for (let guess = 0; guess < 31; guess++) {
        guesses.push((await guarded.post(`guess-${guess}`, hello, from('192.0.2.1'))).status);
      }
      expect(guesses).toEqual([...Array<number>(30).fill(404), 429]);
      const answer = await guarded.post('one-more', hello, from('192.0.2.1'));
      expect(answer.body).toEqual({
        status: 429,
        data: {},
        message: 'Too many requests with unknown tokens; check the URL',
      });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await guarded.post('another', hello, from('192.0.2.2'))).status).toBe(404);

      const workspace = await givenWorkspace(database.pool);
      await givenAccount(database.pool, workspace);
      expect((await guarded.post(workspace.token, hello, from('192.0.2.1'))).status).toBe(200);
      expect(await readAttempts(database.pool, workspace)).toMatchObject([{ address: '192.0.2.1' }]);
    } finally {
      await guarded.stop();
    }
  });

  it('503 while Postgres is away says when to come back, and nothing is logged or charged', async () => {
    const proxy = await CuttingProxy.start(database.url);
    const pod = await TestIngress.start(proxy.url);
    try {
      const workspace = await givenWorkspace(database.pool);
      await givenAccount(database.pool, workspace);
      proxy.down();
      const answer = await pod.post(workspace.token, hello);
      proxy.up();
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 503,
        body: {
          status: 503,
          data: {},
          message: 'The database is unreachable; nothing was accepted, nothing was charged',
        },
      });
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(await readAttempts(database.pool, workspace)).toEqual([]);
      expect((await pod.post(workspace.token, hello)).status).toBe(200);
    } finally {
      await pod.stop();
      await proxy.stop();
    }
  });

  it('may ignore an X-Forwarded-For header that nobody vouches for', async () => {
    const workspace = await givenWorkspace(database.pool);
    await ingress.post(workspace.token, hello, { 'x-forwarded-for': '192.0.2.9' });
    expect(await readAttempts(database.pool, workspace)).toMatchObject([{ address: '127.0.0.1' }]);
  });
});
