import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  hostileAnswers,
  HostileReceiver,
  WebhookReceiver,
  type HostileAnswer,
  type TestDatabase,
} from '@waypost/testkit';
import { EventRecorder } from '../recording/event-recorder.js';
import { startEgress, type RunningEgress } from '../testing/start-egress.js';
import { TestWorkspace } from '../testing/test-workspace.js';

const TIMEOUT_MS = 600;
/** For a machine that is busy with other tests. */
const SLACK_MS = 2_000;
/** What a connection holds on its way, at both ends; far less than any of the floods. */
const IN_TRANSIT_BYTES = 16 * 1024 * 1024;

let db: TestDatabase;
let egress: RunningEgress;
let good: WebhookReceiver;
let hostile: HostileReceiver;

beforeAll(async () => {
  db = await createTestDatabase();
  egress = await startEgress(db.url, { outboundTimeoutMs: TIMEOUT_MS, outboundBackoffMs: [3_600_000] });
});
afterAll(async () => {
  await egress?.close();
  await db?.drop();
});
beforeEach(async () => {
  good = await new WebhookReceiver().start();
});
afterEach(async () => {
  await good.stop();
  await hostile?.stop();
});

async function workspaceAt(url: string): Promise<TestWorkspace> {
  return TestWorkspace.create(db.pool, url, () => egress.get(EventRecorder).wake());
}

/** The log of the first request, when its outcome is written. */
async function outcomeOf(workspace: TestWorkspace) {
  return eventually(async () => (await workspace.requests())[0] ?? null, {
    withinMs: 15_000,
  });
}

const { status } = hostileAnswers;

describe('a hostile receiver', () => {
  it.each<[string, string, () => HostileAnswer]>([
    ['never answers', 'timeout', hostileAnswers.silence],
    ['drips the head', 'timeout', hostileAnswers.drippingHead],
    ['drips the body', 'timeout', hostileAnswers.drippingBody],
    ['says for ever that it is at it', 'timeout', hostileAnswers.endlessProcessing],
    ['floods with headers', 'protocol', hostileAnswers.headerFlood],
    ['resets in the body', 'reset', hostileAnswers.resetInBody],
    ['ends in the body', 'reset', hostileAnswers.endInBody],
    ['answers garbage', 'protocol', hostileAnswers.garbage],
    ['gives two lengths', 'protocol', hostileAnswers.twoLengths],
    ['redirects', 'status', () => status(302, { location: 'http://127.0.0.1:1/' })],
    ['redirects and keeps the method', 'status', () => status(307, { location: '/elsewhere' })],
    ['answers 201', 'status', () => status(201)],
    ['answers 204', 'status', () => status(204)],
    ['answers 304', 'status', () => status(304)],
    ['answers 429', 'status', () => status(429)],
    ['answers 500', 'status', () => status(500)],
    ['answers 500 with a gigabyte', 'status', () => hostileAnswers.hugeBody(500)],
  ])(
    'that %s has one error, of the class %s, in time, and others go on meanwhile',
    async (_what, errorClass, answer) => {
      hostile = await HostileReceiver.start(answer());
      const workspace = await workspaceAt(hostile.url);
      const other = await workspaceAt(good.url);
      await workspace.happened('message', {});
      await other.happened('message', {});
      await good.waitForRequests(1);
      const request = await outcomeOf(workspace);
      expect(request).toMatchObject({ error_class: errorClass, error: expect.any(String) });
      expect(request.duration_ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      expect(await workspace.endpoint()).toMatchObject({
        state: 'backing_off',
        consecutive_errors: 1,
        requests: '1',
      });
      expect(await workspace.deliveries()).toMatchObject([{ state: 'pending', attempts: 1 }]);
      expect(hostile.bodies).toHaveLength(1);
      expect(hostile.bytesWritten).toBeLessThan(IN_TRANSIT_BYTES);
    },
  );

  it.each<[string, () => HostileAnswer]>([
    ['a gigabyte', hostileAnswers.hugeBody],
    ['a bomb of gzip', hostileAnswers.gzipBomb],
  ])(
    'that answers 200 with %s has taken the message; 16 KiB are read and the connection is cut',
    async (_what, answer) => {
      hostile = await HostileReceiver.start(answer());
      const workspace = await workspaceAt(hostile.url);
      await workspace.happened('message', {});
      const request = await outcomeOf(workspace);
      expect(request).toMatchObject({ status: 200, error: null });
      expect(request.response_body.length).toBeLessThanOrEqual(16_384);
      await eventually(() => expect(hostile.connections).toBe(0));
      expect(hostile.bytesWritten).toBeLessThan(IN_TRANSIT_BYTES);
    },
  );

  it('that speaks no TLS has an error of TLS', async () => {
    const workspace = await workspaceAt(good.url.replace('http:', 'https:'));
    await workspace.happened('message', {});
    expect(await outcomeOf(workspace)).toMatchObject({ error_class: 'tls', status: null });
    expect(good.requests).toEqual([]);
  });

  it('whose certificate nobody vouches for has an error of TLS, and gets nothing', async () => {
    const impostor = await new WebhookReceiver({ tls: true }).start();
    try {
      const workspace = await workspaceAt(impostor.url);
      await workspace.happened('message', {});
      expect(await outcomeOf(workspace)).toMatchObject({
        error_class: 'tls',
        error: 'no secure connection (DEPTH_ZERO_SELF_SIGNED_CERT): the certificate is self-signed',
        status: null,
      });
      expect(impostor.requests).toEqual([]);
    } finally {
      await impostor.stop();
    }
  });

  it('that is not there has an error of connecting, and one without a name in DNS of that', async () => {
    hostile = await HostileReceiver.start(status(200));
    const gone = await workspaceAt(hostile.url);
    await hostile.stop();
    const nameless = await workspaceAt('http://no-such-host.invalid/hook');
    await gone.happened('message', {});
    await nameless.happened('message', {});
    expect(await outcomeOf(gone)).toMatchObject({ error_class: 'connect' });
    expect((await outcomeOf(nameless)).error_class).toMatch(/^(dns|timeout)$/);
  });

  it('that answers ahead cannot make its answer that of the next request', async () => {
    hostile = await HostileReceiver.start(hostileAnswers.answerAhead());
    const workspace = await workspaceAt(hostile.url);
    await workspace.happened('message', { text: 'first' });
    expect(await outcomeOf(workspace)).toMatchObject({ status: 200, error: null });
    hostile.become(status(500));
    await workspace.happened('message', { text: 'second' });
    const [, second] = await eventually(async () => {
      const requests = await workspace.requests();
      return requests.length === 2 ? requests : null;
    });
    expect(second).toMatchObject({ status: 500 });
    expect(hostile.bodies).toHaveLength(2);
  });

  it('of many endpoints hangs them all, and a healthy one gets its messages meanwhile', async () => {
    hostile = await HostileReceiver.start(hostileAnswers.silence());
    const hanging = await Promise.all(Array.from({ length: 20 }, () => workspaceAt(hostile.url)));
    for (const workspace of hanging) {
      for (let chat = 0; chat < 8; chat++)
        await workspace.happened('message', { chatJid: `4930000000${chat}@s.whatsapp.net` });
    }
    const other = await workspaceAt(good.url);
    for (let number = 0; number < 5; number++) await other.happened('message', { text: String(number) });
    await good.waitForRequests(5, 15_000);
    await eventually(
      async () => {
        for (const workspace of hanging)
          expect(await workspace.endpoint()).toMatchObject({ state: 'backing_off', consecutive_errors: 1 });
      },
      { withinMs: 15_000 },
    );
  });
});
