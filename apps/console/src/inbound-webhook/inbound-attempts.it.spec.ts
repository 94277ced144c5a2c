import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type TestWorkspace } from '../testing/console-under-test.js';

const PATH = '/api/v1/inbound-webhook/attempts';

describe('the attempts at the inbound webhook', () => {
  let api: ConsoleUnderTest;
  let workspace: TestWorkspace;

  beforeAll(async () => {
    api = await ConsoleUnderTest.start();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    workspace = await api.workspace();
  });

  interface Attempt {
    status: number;
    message: string | null;
    keyId: string | null;
    messageId: string;
    body: Buffer | null;
    ignored: string[];
  }

  /** As ingress would have written it. */
  async function givenAttempt(number: number, attempt: Partial<Attempt> = {}): Promise<void> {
    const { status = 400, message = 'text is missing', keyId = null, ignored = [] } = attempt;
    const { messageId = randomUUID(), body = Buffer.from('{}') } = attempt;
    await api.postgres.pool.query(
      `insert into inbound_attempt (workspace_id, slot, number, message_id, at, address, status, message, key_id, ignored_fields,
         body, duration_ms)
       values ($1, $2::bigint % 100, $2, $3, '2026-11-02T08:30:00Z', '203.0.113.7', $4, $5, $6, $7, $8, 3.14159)`,
      [workspace.id, number, messageId, status, message, keyId, ignored, body],
    );
  }

  const list = async (query = '') =>
    (await api.call('GET', PATH + query, { token: workspace.owner.token })).body;
  const download = () => api.call('GET', `${PATH}/download`, { token: workspace.owner.token });

  it('are none at first, in the list and in the file', async () => {
    expect(await list()).toEqual({ items: [], nextCursor: null });
    expect((await download()).body).toEqual({ attempts: [] });
  });

  it('are listed newest first, refused ones with the sentence and the beginning of the body', async () => {
    await givenAttempt(99);
    await givenAttempt(101, { body: Buffer.from('é'.repeat(1_500)), ignored: ['colour'] });
    await givenAttempt(100, { body: null, status: 413, message: 'The body is larger than 512 KiB' });
    const { items } = await list();
    expect(items).toMatchObject([
      { id: '101', bodyStart: 'é'.repeat(1_000), bodyBytes: 3_000, ignoredFields: ['colour'] },
      { id: '100', status: 413, bodyStart: null, bodyBytes: null },
      { id: '99' },
    ]);
    expect(items[2]).toEqual({
      id: '99',
      at: '2026-11-02T08:30:00.000Z',
      address: '203.0.113.7',
      status: 400,
      refusal: 'text is missing',
      message: null,
      ignoredFields: [],
      bodyStart: '{}',
      bodyBytes: 2,
      durationMs: 3.1,
    });
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.nextCursor).toBeNull();
  });

  it('tell how far their messages got by now, also when the same answer was given again', async () => {
    const chatId = await api.chat(workspace, await api.account(workspace));
    const { body: message } = await api.call('POST', `/api/v1/chats/${chatId}/messages`, {
      token: workspace.owner.token,
      body: { text: 'Hello' },
    });
    const keyId = message.messageId.split(':')[1];
    await givenAttempt(1, { status: 200, message: null, keyId, messageId: message.id });
    await givenAttempt(2, { status: 200, message: null, keyId });
    await api.postgres.pool.query(
      `update message set state = 'failed', failure_code = 'not_on_whatsapp', failure_reason = 'This number is not on WhatsApp'
       where id = $1`,
      [message.id],
    );
    const expected = {
      messageId: message.messageId,
      state: 'failed',
      failure: { code: 'not_on_whatsapp', reason: 'This number is not on WhatsApp' },
    };
    expect((await list()).items).toMatchObject([
      { id: '2', refusal: null, message: expected },
      { id: '1', message: expected },
    ]);
  });

  it('are downloaded with the exact bodies and answers', async () => {
    const notText = Buffer.from([0x7b, 0xff, 0x7d]);
    await givenAttempt(1, { body: notText, message: 'The body is not UTF-8' });
    await givenAttempt(2, { body: Buffer.from('{"action": "send",\r\n}') });
    await givenAttempt(3, { status: 200, message: null, keyId: '3EB09FCC85FE99662E46' });
    const answer = await download();
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="inbound-webhook-attempts.json"',
    );
    expect(answer.body.attempts).toMatchObject([
      {
        id: '3',
        answer: { status: 'success', data: { message_id: 'wa_backend:3EB09FCC85FE99662E46' } },
        messageId: 'wa_backend:3EB09FCC85FE99662E46',
      },
      {
        id: '2',
        answer: { status: 400, data: {}, message: 'text is missing' },
        body: '{"action": "send",\r\n}',
      },
      { id: '1', body: null, bodyBase64: notText.toString('base64') },
    ]);
  });

  it('of another workspace are not shown', async () => {
    await givenAttempt(1);
    workspace = await api.workspace();
    expect((await list()).items).toEqual([]);
    expect((await download()).body).toEqual({ attempts: [] });
  });
});
