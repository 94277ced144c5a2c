import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { TestIngress } from '../testing/ingress.js';
import {
  countStored,
  givenAccount,
  givenWorkspace,
  readAttempts,
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

async function givenSender(): Promise<TestWorkspace> {
  const workspace = await givenWorkspace(database.pool, { credits: 10_000 });
  await givenAccount(database.pool, workspace);
  return workspace;
}

const NOTHING = { messages: 0, charges: 0, chats: 0, files: 0 };
const LIMIT = 512 * 1024;

/** A right request with one field given as it stands, in JSON. */
const withField = (field: string, json: string) => {
  const fields: Record<string, string> = {
    action: '"send"',
    text: '"x"',
    ...(RECIPIENTS.includes(field) ? {} : { phone: '"+1"' }),
    ...(field === 'file_name' ? { file_url: '"https://example.com/a"' } : {}),
    ...(field === 'file_url' ? { file_name: '"a"' } : {}),
    [field]: json,
  };
  return `{${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',')}}`;
};
const RECIPIENTS = ['phone', 'jid', 'chat_id', 'chat_name'];
const TEXTS = ['text', 'phone', 'jid', 'chat_name', 'file_url', 'file_name', 'whatsapp_account_phone'];

describe('hostile input is refused, changes nothing, and is logged with its exact bytes', () => {
  const padded = (bytes: number) => `{"action":"send","text":"x","pad":"${' '.repeat(bytes - 37)}"}`;

  it.each<[string, string | Uint8Array, number, RegExp]>([
    [
      'invalid UTF-8 in a text',
      Buffer.from('{"action":"send","phone":"+1","text":"\xc3\x28"}', 'latin1'),
      400,
      /not valid UTF-8/,
    ],
    ['an overlong form of /', Buffer.from('{"a":"\xc0\xaf"}', 'latin1'), 400, /not valid UTF-8/],
    ['a surrogate in UTF-8', Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1'), 400, /not valid UTF-8/],
    ['a cut character', Buffer.from('{"a":"\xf0\x9f\x98', 'latin1'), 400, /not valid UTF-8/],
    ['UTF-16', Buffer.from('\ufeff{"action":"send"}', 'utf16le'), 400, /not valid UTF-8/],
    ['a raw NUL', '{"action":"send","text":"a\0b"}', 400, /character U\+0000 at line 1, column 27/],
    ['only NULs', '\0\0\0', 400, /character U\+0000 at line 1, column 1/],
    ['nothing', '', 400, /is empty/],
    ['only a byte order mark', '\ufeff', 400, /ends too early/],
    ['two byte order marks', '\ufeff\ufeff{}', 400, /character U\+FEFF|unexpected/],
    ['only space', ' \n\t ', 400, /ends too early at line 2/],
    ['an array of requests', '[{"action":"send","text":"x","phone":"+1"}]', 400, /not an array/],
    ['a number', '12e400', 400, /not a number/],
    ['NaN', 'NaN', 400, /unexpected "N"/],
    ['a comment', '{/* hi */"action":"send"}', 400, /unexpected "\/"/],
    ['a trailing comma', '{"action":"send",}', 400, /column 18/],
    [
      'arrays 100,000 deep',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      400,
      /not an array|nested too deeply/,
    ],
    ['arrays without an end', '['.repeat(LIMIT), 400, /column 524289|not valid JSON/],
    ['objects 50,000 deep', '{"a":'.repeat(50_000), 400, /ends too early/],
    [
      'a deep value in a field',
      withField('text', `${'['.repeat(50_000)}${']'.repeat(50_000)}`),
      400,
      /text must be a string/,
    ],
    ['a huge number as a chat', withField('chat_id', '9'.repeat(400)), 400, /chat_id must be/],
    [
      'a huge number of digits as a chat',
      withField('chat_id', `"${'9'.repeat(19)}"`),
      400,
      /chat_id must be/,
    ],
    ['an infinite number as a chat', withField('chat_id', '1e999'), 400, /chat_id must be/],
    ['a fraction as a chat', withField('chat_id', '1.5'), 400, /chat_id must be/],
    ['a negative number as a chat', withField('chat_id', '-1'), 400, /chat_id must be/],
    [
      'a prototype in place of fields',
      '{"__proto__":{"action":"send","text":"x","phone":"+1"}}',
      400,
      /^action must be/,
    ],
    ['a body just at the limit that lacks a recipient', padded(LIMIT), 400, /^exactly one of/],
    ['a body just under the limit that lacks a recipient', padded(LIMIT - 1), 400, /^exactly one of/],
    ['a body one byte over the limit', padded(LIMIT + 1), 413, /larger than 512 KiB/],
    ...TEXTS.flatMap((field): [string, string, number, RegExp][] => [
      [
        `an escaped NUL in ${field}`,
        withField(field, '"a\\u0000b"'),
        400,
        new RegExp(`^${field} must not contain the character U\\+0000$`),
      ],
      [
        `half a high surrogate in ${field}`,
        withField(field, '"a\\ud800b"'),
        400,
        new RegExp(`^${field} must not contain half a surrogate pair$`),
      ],
      [
        `half a low surrogate in ${field}`,
        withField(field, '"\\udc00"'),
        400,
        new RegExp(`^${field} must not contain half a surrogate pair$`),
      ],
    ]),
    ...[...TEXTS, 'action', 'chat_id'].flatMap((field) =>
      [
        '[]',
        '{}',
        'true',
        '["send"]',
        '{"__proto__":null}',
        ...(field === 'chat_id' ? [] : ['0', '1e308']),
      ].map((json): [string, string, number, RegExp] => [
        `${json} as ${field}`,
        withField(field, json),
        400,
        new RegExp(`(^|; )${field} must be`),
      ]),
    ),
    ['null as text', withField('text', 'null'), 400, /^text must be a string$/],
    ['null as action', withField('action', 'null'), 400, /^action must be "send"$/],
  ])('%s', async (_, body, status, message) => {
    const workspace = await givenSender();
    const answer = await ingress.post(workspace.token, body);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { status, data: {}, message: expect.stringMatching(message) },
    });
    expect(await countStored(database.pool, workspace)).toEqual(NOTHING);
    const [attempt, ...more] = await readAttempts(database.pool, workspace);
    expect(more).toEqual([]);
    expect(attempt).toMatchObject({ status, message: answer.body.message, keyId: null });
    expect(attempt!.body?.equals(Buffer.from(body as string)) ?? 'not read').toBe(
      status === 413 ? 'not read' : true,
    );
  });
});

describe('odd input that is right', () => {
  it.each<[string, string, string]>([
    [
      'of a key that is there twice, the last one counts',
      '{"action":"send","phone":"+1","text":"first","text":"last"}',
      'last',
    ],
    [
      'characters beyond the first plane, as escapes',
      '{"action":"send","phone":"+1","text":"\\ud83d\\ude00"}',
      '😀',
    ],
    ['a byte order mark', '\ufeff{"action":"send","phone":"+1","text":"x"}', 'x'],
    [
      'quotes, backslashes, braces and the word NULL',
      '{"action":"send","phone":"+1","text":"{\\"a\\",NULL} \\\\N \'; drop table message; --"}',
      `{"a",NULL} \\N '; drop table message; --`,
    ],
    ['a text of nothing but space', '{"action":"send","phone":"+1","text":" "}', ' '],
    ['the word NULL', '{"action":"send","phone":"+1","text":"NULL"}', 'NULL'],
    [
      'an own prototype beside the fields',
      '{"action":"send","phone":"+1","text":"x","__proto__":{"text":"y"},"constructor":1}',
      'x',
    ],
  ])('is accepted as it stands: %s', async (_, body, text) => {
    const workspace = await givenSender();
    expect((await ingress.post(workspace.token, body)).status).toBe(200);
    expect((await readQueued(database.pool, workspace)).map((message) => message.text)).toEqual([text]);
  });

  it('may have unknown fields with any name, which the log names as far as it can', async () => {
    const workspace = await givenSender();
    const names = [
      '__proto__',
      'constructor',
      'a\0b',
      '\ud800',
      '"',
      '',
      'x'.repeat(1_000),
      'NULL',
      '😀',
      '{}',
    ];
    const unknown = [...names, ...Array.from({ length: 30 }, (_, number) => `more ${number}`)];
    const fields = unknown.map((name) => `${JSON.stringify(name)}:1`).join(',');
    const answer = await ingress.post(workspace.token, `{"action":"send","phone":"+1","text":"x",${fields}}`);
    expect(answer.status).toBe(200);
    const [attempt] = await readAttempts(database.pool, workspace);
    expect(attempt!.ignoredFields).toEqual([
      ...['__proto__', 'constructor', 'a\ufffdb', '\ufffd', '"', '', 'x'.repeat(100), 'NULL', '😀', '{}'],
      ...Array.from({ length: 10 }, (_, number) => `more ${number}`),
    ]);
  });

  it('harms none of the requests that are decided together with refused ones', async () => {
    const workspace = await givenSender();
    const good = Array.from({ length: 60 }, (_, number) => ({
      action: 'send',
      text: `good ${number}`,
      phone: '+1',
    }));
    const bad = Array.from({ length: 60 }, (_, number) =>
      [withField('chat_id', '"999"'), withField('text', '"\\u0000"'), 'no json', Buffer.from([0xff])].at(
        number % 4,
      )!,
    );
    const answers = await Promise.all(
      good.flatMap((body, number) => [
        ingress.post(workspace.token, body),
        ingress.post(workspace.token, bad[number]),
      ]),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(45);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(15);
    expect(await countStored(database.pool, workspace)).toMatchObject({ messages: 60, charges: 60 });
  });
});

describe('what is no HTTP request', () => {
  it.each([
    ['a request line that is none', 'HELLO\r\n\r\n', 400, 'The request could not be read'],
    [
      'a length that is none',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n',
      400,
      'The request could not be read',
    ],
    [
      'headers of 64 KiB',
      `POST / HTTP/1.1\r\nhost: ${'x'.repeat(65_536)}\r\n\r\n`,
      431,
      'The headers are too large',
    ],
  ])('gets the envelope: %s', async (_what, bytes, status, message) => {
    const { hostname, port } = new URL(ingress.url);
    const socket = connect(Number(port), hostname.replace(/[[\]]/g, ''));
    socket.write(bytes);
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body!)).toEqual({ status, data: {}, message });
  });
});
