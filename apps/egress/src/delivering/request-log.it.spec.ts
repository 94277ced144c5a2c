import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { subjects, TestOutboundReply } from '@waypost/contracts';
import { newSigningSecret, systemClock } from '@waypost/kernel';
import { Messenger } from '@waypost/messaging';
import { SecretBox } from '@waypost/persistence';
import { eventually, natsUrl, type ReceivedRequest } from '@waypost/testkit';
import { Webhook } from 'standardwebhooks';
import { db, egress, receiver, useEgress, workspace } from '../testing/scene.js';
import { ENCRYPTION_KEYS } from '../testing/test-workspace.js';
import { SignedPost } from './signed-post.js';
import { TestSender } from '../trying/test-sender.js';

let messenger: Messenger;

useEgress();

beforeAll(async () => {
  messenger = new Messenger(natsUrl(), 'test');
});
afterAll(async () => {
  await messenger?.close();
});

const headersOf = ({ headers }: ReceivedRequest) => headers as Record<string, string>;

function verifies(secret: string, request: ReceivedRequest): boolean {
  try {
    new Webhook(secret).verify(request.body, headersOf(request));
    return true;
  } catch {
    return false;
  }
}

async function logged(count: number) {
  return eventually(async () => {
    const requests = await workspace.requests();
    return requests.length === count ? requests : null;
  });
}

describe('the log of requests', () => {
  it('keeps request and answer in full, and no secrets', async () => {
    receiver.answerNext({
      status: 503,
      headers: { 'set-cookie': 'session=secret', 'x-served-by': 'a\u00e9b', 'retry-after': '0' },
      body: 'down\0for\ud83d\ude42 maintenance',
    });
    await workspace.happened('message', { text: 'hello' });
    const [first, second] = await logged(2);
    const [request] = receiver.requests;
    const [delivery] = await workspace.deliveries();
    expect(first).toMatchObject({
      number: '1',
      slot: 1,
      delivery_id: delivery.id,
      url: receiver.url,
      request_headers: {
        'content-type': 'application/json; charset=utf-8',
        'webhook-id': delivery.id,
        'webhook-signature': '[redacted]',
      },
      request_body: request!.body,
      status: 503,
      response_headers: { 'set-cookie': '[redacted]', 'retry-after': '0' },
      response_body: 'down\ufffdfor\ud83d\ude42 maintenance',
      error_class: 'status',
      error: 'the answer was HTTP 503, not 200',
      duration_ms: expect.any(Number),
    });
    expect(second).toMatchObject({
      number: '2',
      status: 200,
      response_body: '',
      error_class: null,
      error: null,
    });
    expect(JSON.stringify([first, second])).not.toContain('v1,');
    expect(JSON.stringify(first)).not.toContain('session=secret');
  });

  it('has no answer where none came', async () => {
    receiver.answerNext({ disconnect: true });
    await workspace.happened('message', {});
    const [first] = await logged(2);
    expect(first).toMatchObject({
      status: null,
      response_headers: null,
      response_body: null,
      error_class: 'reset',
      error: 'the connection broke before the answer was complete',
    });
  });

  it('keeps the first 16 KiB of an answer that is no text', async () => {
    receiver.answerNext({ body: Buffer.alloc(100_000, 0xff) });
    await workspace.happened('message', {});
    const [request] = await logged(1);
    expect(request.response_body).toBe('\ufffd'.repeat(16_384));
    expect(request.status).toBe(200);
  });

  it('holds the latest 100, the newest in place of the oldest', async () => {
    for (let number = 1; number <= 130; number++)
      await workspace.happened('message', {
        chatJid: `4930${String(number).padStart(7, '0')}@s.whatsapp.net`,
      });
    await receiver.waitForRequests(130, 20_000);
    await eventually(async () => expect((await workspace.endpoint()).requests).toBe('130'));
    const numbers = (await workspace.requests()).map(({ number }) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, place) => place + 31));
  }, 40_000);
});

describe('the signature', () => {
  it('can be verified with either secret while one replaces the other, then with the new one', async () => {
    const sealed = (secret: string) =>
      new SecretBox(ENCRYPTION_KEYS).seal(secret, `outbound_endpoint:${workspace.endpointId}`);
    const next = newSigningSecret();
    await workspace.setEndpoint({
      secret_sealed: sealed(next),
      previous_secret_sealed: sealed(workspace.secret),
      previous_secret_until: new Date(Date.now() + 3_600_000),
    });
    await workspace.happened('message', {});
    const [during] = await receiver.waitForRequests(1);
    expect([verifies(next, during!), verifies(workspace.secret, during!)]).toEqual([true, true]);
    expect(verifies(newSigningSecret(), during!)).toBe(false);

    await workspace.setEndpoint({ previous_secret_until: new Date(Date.now() - 1_000) });
    await workspace.happened('message', {});
    const [, after] = await receiver.waitForRequests(2);
    expect([verifies(next, after!), verifies(workspace.secret, after!)]).toEqual([true, false]);
  });

  it('of a retry is made anew: the id stays, the time is that of the retry', async () => {
    receiver.answerNext({ status: 500 });
    await workspace.happened('message', {});
    const [first, second] = await receiver.waitForRequests(2);
    expect([first!, second!].map((request) => verifies(workspace.secret, request))).toEqual([true, true]);
    expect(headersOf(second!)['webhook-id']).toBe(headersOf(first!)['webhook-id']);
  });
});

describe('a test', () => {
  const ask = (workspaceId = workspace.id) =>
    messenger.request(
      subjects.testOutbound,
      { endpointId: workspace.endpointId, workspaceId },
      TestOutboundReply,
      10_000,
    );
  /** Any egress of the test servers may be asked; this one has the database. */
  const own = (workspaceId = workspace.id) =>
    egress.get(TestSender).send({ endpointId: workspace.endpointId, workspaceId });

  it('is asked for over NATS', async () => {
    const reply = await eventually(async () => {
      const one = await ask().catch(() => undefined);
      return one?.ok ? one : null;
    });
    expect(reply).toMatchObject({ ok: true, status: 200, requestBody: receiver.requests.at(-1)!.body });
  });

  it('posts a sample of the current format, signed like any other, and shows the answer', async () => {
    receiver.answer({ body: 'thanks' });
    const reply = await own();
    const [request] = receiver.requests;
    expect(reply).toMatchObject({
      ok: true,
      status: 200,
      responseBody: 'thanks',
      requestBody: request!.body,
    });
    expect(verifies(workspace.secret, request!)).toBe(true);
    expect(request!.json).toMatchObject({
      chat: { full_name: 'Jane Smith', is_group: false },
      message: {
        direction: 'received',
        message_id: 'wa_backend:3EB00000000000000000',
        text: expect.stringMatching(/test/),
      },
    });
    await workspace.setEndpoint({ granularity_hours: 6 });
    await own();
    expect(receiver.requests[1]!.json).toMatchObject({
      messages: [{ direction: 'received' }, { direction: 'sent' }],
      first_message_timestamp: expect.any(String),
      aggregation: expect.stringMatching(/^from Jane Smith on .*to open the conversation in Waypost$/),
    });
    expect(await workspace.requests()).toMatchObject([
      { number: '1', delivery_id: null, status: 200, response_body: 'thanks' },
      { number: '2', delivery_id: null },
    ]);
  });

  it('that fails counts as no error, and one that succeeds mends nothing', async () => {
    receiver.answer({ status: 404, body: 'nobody' });
    expect(await own()).toMatchObject({
      ok: false,
      status: 404,
      error: 'the answer was HTTP 404, not 200',
      errorClass: 'status',
      responseBody: 'nobody',
    });
    expect(await workspace.endpoint()).toMatchObject({
      state: 'healthy',
      consecutive_errors: 0,
      requests: '1',
    });
    await workspace.setEndpoint({ state: 'disabled', consecutive_errors: 11, enabled: false });
    receiver.answer({});
    expect(await own()).toMatchObject({ ok: true });
    expect(await workspace.endpoint()).toMatchObject({ state: 'disabled', consecutive_errors: 11 });
  });

  it('is made one at a time for an endpoint, whichever process is asked', async () => {
    const elsewhere = new TestSender({
      ...{ pool: db.pool, post: egress.get(SignedPost), clock: systemClock },
      links: { consolePublicUrl: 'https://console.example', productName: 'Waypost' },
    });
    const there = () => elsewhere.send({ endpointId: workspace.endpointId, workspaceId: workspace.id });
    let answer!: () => void;
    receiver.answer({ after: new Promise<void>((resolve) => (answer = resolve)) });
    const ended: TestOutboundReply[] = [];
    const all = [own(), there(), own(), there()].map(async (test) => ended.push(await test));
    await eventually(() => expect(ended).toHaveLength(3));
    const busy = { ok: false, errorClass: 'busy', requestBody: '' };
    expect(ended).toMatchObject([busy, busy, busy]);
    answer();
    await Promise.all(all);
    expect(ended[3]).toMatchObject({ ok: true });
    expect(receiver.requests).toHaveLength(1);
    receiver.answer({});
    expect(await there()).toMatchObject({ ok: true });
  });

  it('whose process died holds up the next one for half a minute', async () => {
    await workspace.setEndpoint({ test_until: new Date(Date.now() + 20_000) });
    expect(await own()).toMatchObject({ errorClass: 'busy' });
    await workspace.setEndpoint({ test_until: new Date(Date.now() - 1_000) });
    expect(await own()).toMatchObject({ ok: true });
  });

  it('says why no answer came', async () => {
    await workspace.setEndpoint({ url: 'http://10.1.2.3/hook' });
    expect(await own()).toMatchObject({
      ok: false,
      errorClass: 'address_refused',
      error: expect.stringMatching(/^10\.1\.2\.3 is not a public address/),
    });
  });

  it('needs a URL, and an endpoint of the workspace', async () => {
    expect(await own('00000000-0000-4000-8000-000000000000')).toMatchObject({
      ok: false,
      errorClass: 'no_endpoint',
      requestBody: '',
    });
    await workspace.setEndpoint({ url: null });
    expect(await own()).toMatchObject({ ok: false, errorClass: 'no_url', durationMs: 0 });
    expect(receiver.requests).toHaveLength(0);
  });
});
