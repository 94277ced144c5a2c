import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  WebhookReceiver,
  type ReceivedRequest,
  type TestDatabase,
} from '@waypost/testkit';
import { claim } from '@waypost/lanes';
import { EventRecorder } from '../recording/event-recorder.js';
import { startEgress, type RunningEgress } from '../testing/start-egress.js';
import { TestWorkspace } from '../testing/test-workspace.js';

let db: TestDatabase;
let egress: RunningEgress;
let receivers: WebhookReceiver[];

beforeAll(async () => {
  db = await createTestDatabase();
  egress = await startEgress(db.url);
});
afterAll(async () => {
  await egress?.close();
  await db?.drop();
});
beforeEach(() => {
  receivers = [];
});
afterEach(() => Promise.all(receivers.map((receiver) => receiver.stop())));

async function customer() {
  const receiver = await new WebhookReceiver().start();
  receivers.push(receiver);
  const workspace = await TestWorkspace.create(db.pool, receiver.url, () => egress.get(EventRecorder).wake());
  return { receiver, workspace };
}

/** A different person each time. */
function person(number: number): string {
  return `4930${String(number).padStart(7, '0')}@s.whatsapp.net`;
}

const textOf = (request: ReceivedRequest) => (request.json as { message: { text: string } }).message.text;
const idOf = (request: ReceivedRequest) => request.headers['webhook-id'];

describe('a receiver that fails', () => {
  it('gets the same id and the same bytes again until it answers 200', async () => {
    const { receiver, workspace } = await customer();
    receiver.answerNext({ status: 500 });
    receiver.answerNext({ status: 201 });
    receiver.answerNext({ disconnect: true });
    await workspace.happened('message', {});
    const requests = await receiver.waitForRequests(4);
    expect(new Set(requests.map(idOf)).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    await eventually(async () => {
      expect(await workspace.deliveries()).toEqual([
        expect.objectContaining({ state: 'delivered', attempts: 4, last_status: 200, last_error: null }),
      ]);
    });
    expect(await workspace.endpoint()).toMatchObject({
      state: 'healthy',
      consecutive_errors: 0,
      next_attempt_at: null,
    });
  });

  it('is not followed elsewhere when it redirects', async () => {
    const { receiver, workspace } = await customer();
    const elsewhere = await customer();
    receiver.answerNext({ status: 302, headers: { location: elsewhere.receiver.url } });
    await workspace.happened('message', {});
    await receiver.waitForRequests(2);
    expect(elsewhere.receiver.requests).toHaveLength(0);
  });

  it('gets the messages of a chat in their order, each only after the one before was taken', async () => {
    const { receiver, workspace } = await customer();
    const taken: string[] = [];
    let calls = 0;
    receiver.answer((request) => {
      if (calls++ % 2 === 0) return { status: 503 };
      taken.push(textOf(request));
      return {};
    });
    for (const text of ['1', '2', '3', '4']) await workspace.happened('message', { text });
    await eventually(() => taken.length === 4, { withinMs: 10_000 });
    expect(taken).toEqual(['1', '2', '3', '4']);
  });

  it('is shown with its last error, and left alone for a while', async () => {
    const { receiver, workspace } = await customer();
    receiver.answer({ status: 500, headers: { 'retry-after': '60' } });
    await workspace.happened('message', {});
    await eventually(async () => {
      expect(await workspace.endpoint()).toMatchObject({ state: 'backing_off', consecutive_errors: 1 });
    });
    expect(await workspace.deliveries()).toEqual([
      expect.objectContaining({
        state: 'pending',
        attempts: 1,
        last_status: 500,
        last_error: 'the answer was HTTP 500, not 200',
      }),
    ]);
    const { next_attempt_at: next } = await workspace.endpoint();
    expect(next.getTime() - Date.now()).toBeGreaterThan(50_000);
    // Another chat has another lane: it waits as well.
    await workspace.happened('message', { chatJid: person(1) });
    await workspace.happened('message', { chatJid: person(2) });
    await eventually(async () => {
      const { rows } = await db.pool.query(
        `select count(*)::integer as looked from lane
         where kind = 'deliver' and key = $1 and next_at between now() + interval '45 s' and now() + interval '70 s'`,
        [workspace.endpointId],
      );
      expect(rows[0].looked).toBe(3);
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('has one error, not several, when requests in flight fail together', async () => {
    const { receiver, workspace } = await customer();
    let fail!: () => void;
    const failing = new Promise<void>((resolve) => (fail = resolve));
    receiver.answer({ status: 500, headers: { 'retry-after': '60' }, after: failing });
    for (const number of [1, 2, 3, 4]) await workspace.happened('message', { chatJid: person(number) });
    await receiver.waitForRequests(4);
    fail();
    await eventually(async () => {
      expect(await workspace.deliveries()).toEqual(
        Array.from({ length: 4 }, () => expect.objectContaining({ attempts: 1, last_status: 500 })),
      );
    });
    expect(await workspace.endpoint()).toMatchObject({ consecutive_errors: 1 });
  });
});

describe('a receiver that hangs', () => {
  it('delays nobody else', async () => {
    const hanging = await customer();
    let answer!: () => void;
    hanging.receiver.answer({ after: new Promise<void>((resolve) => (answer = resolve)) });
    for (let number = 0; number < 20; number++)
      await hanging.workspace.happened('message', { chatJid: person(number) });
    await hanging.receiver.waitForRequests(8);
    const other = await customer();
    for (const text of ['1', '2', '3']) await other.workspace.happened('message', { text });
    await other.receiver.waitForRequests(3);
    expect(hanging.receiver.requests).toHaveLength(8);
    answer();
    await hanging.receiver.waitForRequests(20);
  });

  it('is given up at the deadline and tried again', async () => {
    const own = await createTestDatabase();
    const hurried = await startEgress(own.url, { outboundTimeoutMs: 200 });
    try {
      const receiver = await new WebhookReceiver().start();
      receivers.push(receiver);
      const workspace = await TestWorkspace.create(own.pool, receiver.url);
      receiver.answer({ after: new Promise(() => undefined) });
      await workspace.happened('message', {});
      await receiver.waitForRequests(2);
      expect(await workspace.deliveries()).toEqual([
        expect.objectContaining({
          state: 'pending',
          last_status: null,
          last_error: 'no complete answer within 200 ms',
        }),
      ]);
    } finally {
      await hurried.close();
      await own.drop();
    }
  });

  it('gets the messages of different chats at a time, at most 8', async () => {
    const { receiver, workspace } = await customer();
    let open = 0;
    let most = 0;
    receiver.answer(async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 50));
      open--;
      return {};
    });
    for (let number = 0; number < 40; number++)
      await workspace.happened('message', { chatJid: person(number) });
    await receiver.waitForRequests(40, 10_000);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('an endpoint', () => {
  it('that is switched off collects nothing', async () => {
    const { receiver, workspace } = await customer();
    await workspace.setEndpoint({ enabled: false });
    await workspace.happened('message', { text: 'while off' });
    await eventually(async () => (await workspace.waiting()) === 0);
    await workspace.setEndpoint({ enabled: true });
    await workspace.happened('message', { text: 'while on' });
    const requests = await receiver.waitForRequests(1);
    expect(requests.map(textOf)).toEqual(['while on']);
    expect(await workspace.messages()).toHaveLength(2);
    expect(await workspace.deliveries()).toHaveLength(1);
  });

  it('that is switched off gets nothing of what was waiting for it, then or later', async () => {
    const { receiver, workspace } = await customer();
    receiver.answerNext({ status: 500 });
    await workspace.backsOff(3_000);
    for (const text of ['1', '2']) await workspace.happened('message', { text });
    await eventually(async () => (await workspace.deliveries()).length === 2);
    await workspace.setEndpoint({ enabled: false });
    await eventually(
      async () =>
        expect((await workspace.deliveries()).map(({ state }) => state)).toEqual(['dropped', 'dropped']),
      { withinMs: 15_000 },
    );
    await workspace.setEndpoint({ enabled: true });
    receiver.answer({});
    await workspace.happened('message', { text: '3' });
    await eventually(() => expect(receiver.requests.map(textOf)).toContain('3'));
    expect(receiver.requests.map(textOf).filter((text) => text !== '3')).toEqual([]);
  });

  it('that is switched off and on again at once gets nothing of what waited, and what comes then', async () => {
    const { receiver, workspace } = await customer();
    await workspace.backsOff(3_600_000);
    for (let number = 0; number < 15; number++)
      await workspace.happened('message', { chatJid: person(number % 5), text: `old ${number}` });
    await eventually(async () => expect(await workspace.deliveries()).toHaveLength(15));
    await workspace.switchOff();
    await workspace.enableAgain();
    for (let number = 0; number < 5; number++)
      await workspace.happened('message', { chatJid: person(number), text: 'new' });
    await receiver.waitForRequests(5);
    await eventually(async () => {
      const states = (await workspace.deliveries()).map(({ state }) => state);
      expect(states).toEqual([...Array(15).fill('dropped'), ...Array(5).fill('delivered')]);
    });
    expect(receiver.requests.map(textOf)).toEqual(Array(5).fill('new'));
  });

  it('that was disabled because of errors collects what it will get when it is enabled again', async () => {
    const { receiver, workspace } = await customer();
    await workspace.setEndpoint({ state: 'disabled' });
    await workspace.happened('message', {});
    await eventually(async () => (await workspace.deliveries()).length === 1);
    const other = await customer();
    await other.workspace.happened('message', {});
    await other.receiver.waitForRequests(1);
    expect(await workspace.deliveries()).toEqual([
      expect.objectContaining({ state: 'pending', attempts: 0 }),
    ]);
    expect(receiver.requests).toHaveLength(0);
  });

  it('at an address that is not allowed gets no request, and the reason is shown', async () => {
    const { workspace } = await customer();
    await workspace.setEndpoint({ url: 'http://169.254.169.254/latest/' });
    await workspace.happened('message', {});
    await eventually(async () => {
      const [delivery] = await workspace.deliveries();
      expect(delivery.last_error).toMatch(/^169\.254\.169\.254 is not a public address/);
    });
  });
});

describe('a worker that dies in the middle of a delivery', () => {
  it('leaves it to another one, with the same id', async () => {
    const { receiver, workspace } = await customer();
    await workspace.backsOff(300);
    await workspace.happened('message', {});
    const [delivery] = await eventually(async () => {
      const deliveries = await workspace.deliveries();
      return deliveries.length === 1 ? deliveries : null;
    });
    await eventually(
      async () => {
        const { claims } = await claim(db.pool, 'deliver', 1, 300);
        return claims.some(({ ref }) => ref === delivery.id);
      },
      { everyMs: 1 },
    ).catch(() => undefined);
    const [request] = await receiver.waitForRequests(1);
    expect(idOf(request!)).toBe(delivery.id);
    await eventually(async () => {
      expect(await workspace.deliveries()).toEqual([expect.objectContaining({ state: 'delivered' })]);
    });
  });
});
