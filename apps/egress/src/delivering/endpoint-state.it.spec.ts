import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  WebhookReceiver,
  type ReceivedRequest,
  type TestDatabase,
} from '@waypost/testkit';
import fc from 'fast-check';
import { EndpointInPostgres } from '../testing/endpoint-in-postgres.js';
import { EndpointModel, scripts } from '../testing/endpoint-model.js';
import { MailServer } from '../testing/mail-server.js';
import { startEgress, type RunningEgress } from '../testing/start-egress.js';
import { TestWorkspace } from '../testing/test-workspace.js';

const CHATS = 12;
/** Short steps, of which the long one leaves time to look. */
const STEP_MS = 60;

let db: TestDatabase;
let mailServer: MailServer;
let running: RunningEgress[];
let receiver: WebhookReceiver;
let workspace: TestWorkspace;

beforeAll(async () => {
  db = await createTestDatabase();
  mailServer = await new MailServer().start();
  const change = {
    outboundBackoffMs: [STEP_MS],
    smtpUrl: mailServer.url,
    mailFrom: 'Waypost <waypost@example.com>',
    outboundTimeoutMs: 2_000,
  };
  // Two processes, so that nothing rests on one memory.
  running = [await startEgress(db.url, change), await startEgress(db.url, change)];
});
afterAll(async () => {
  await Promise.all(running.map((egress) => egress.close()));
  await mailServer.stop();
  await db?.drop();
});
beforeEach(async () => {
  receiver = await new WebhookReceiver().start();
  workspace = await TestWorkspace.create(db.pool, receiver.url);
});
afterEach(() => receiver.stop());

const chatOf = (request: ReceivedRequest) => (request.json as { chat: { phone: string } }).chat.phone;
const textOf = (request: ReceivedRequest) => (request.json as { message: { text: string } }).message.text;

/** So many messages in each of several chats. */
async function happen(perChat: number, first = 0): Promise<void> {
  for (let number = first; number < first + perChat; number++) {
    for (let chat = 0; chat < CHATS; chat++) {
      const chatJid = `4930${String(chat).padStart(7, '0')}@s.whatsapp.net`;
      await workspace.happened('message', { chatJid, text: String(number) });
    }
  }
}

async function delivered(count: number): Promise<void> {
  await eventually(
    async () => {
      const states = (await workspace.deliveries()).map(({ state }) => state);
      expect(states).toEqual(Array.from({ length: count }, () => 'delivered'));
    },
    { withinMs: 15_000, everyMs: 100 },
  );
}

describe('an endpoint that fails', () => {
  it('is probed by one delivery at a time, and gets all that waits as soon as one is taken', async () => {
    let broken = true;
    let open = 0;
    let mostProbes = 0;
    const probes: number[] = [];
    receiver.answer(async () => {
      if (!broken) return {};
      mostProbes = Math.max(mostProbes, ++open);
      probes.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 30));
      open--;
      return { status: 503 };
    });
    await workspace.backsOff(0);
    await happen(2);
    await eventually(() => probes.length >= 4);
    broken = false;
    await receiver.waitForRequests(probes.length + CHATS * 2, 15_000);
    expect(mostProbes).toBe(1);
    await delivered(CHATS * 2);
    expect(await workspace.endpoint()).toMatchObject({
      state: 'healthy',
      consecutive_errors: 0,
      next_attempt_at: null,
    });
  });

  it('gets what waited for minutes at once when another delivery gets through', async () => {
    receiver.answerNext({ status: 500, headers: { 'retry-after': '3600' } });
    await workspace.happened('message', { text: 'first' });
    await eventually(async () => expect(await workspace.endpoint()).toMatchObject({ consecutive_errors: 1 }));
    await happen(1);
    await eventually(async () => {
      const { rows } = await db.pool.query(
        `select count(*)::integer as waiting from lane
         where kind = 'deliver' and key = $1 and next_at between now() + interval '40 s' and 'infinity'::timestamptz - interval '1 s'`,
        [workspace.endpointId],
      );
      expect(rows[0].waiting).toBeGreaterThan(4);
    });
    await workspace.setEndpoint({ next_attempt_at: new Date() });
    await db.pool.query(
      `update lane set next_at = now() where id = (
         select id from lane where kind = 'deliver' and key = $1 and next_at < 'infinity' order by id limit 1
       )`,
      [workspace.endpointId],
    );
    await delivered(CHATS + 1);
  });

  it('is disabled once by the 11th error in a row, mails each owner once, and keeps what comes until it is enabled', async () => {
    await workspace.addMember('Zara Malik', 'owner');
    await workspace.addMember('Omar Said');
    receiver.answer({ status: 500, body: 'no' });
    await happen(2);
    await eventually(
      async () =>
        expect(await workspace.endpoint()).toMatchObject({ state: 'disabled', consecutive_errors: 11 }),
      { withinMs: 15_000 },
    );
    expect((await workspace.endpoint()).disabled_reason).toBe(
      '11 errors in a row; the last one: the answer was HTTP 500, not 200',
    );
    await eventually(async () => {
      const { rows } = await db.pool.query(`select bool_or(is_open) as open from lane where key = $1`, [
        workspace.endpointId,
      ]);
      expect(rows[0].open).toBe(false);
    });
    const tried = receiver.requests.length;
    receiver.answer({});
    await happen(1, 2);
    await eventually(async () => expect(await workspace.deliveries()).toHaveLength(CHATS * 3), {
      withinMs: 15_000,
    });

    const owners = [workspace.emailOf('Amina'), workspace.emailOf('Zara')];
    await eventually(async () => {
      expect(await workspace.mails()).toEqual(
        owners.map((recipient) => expect.objectContaining({ recipient, state: 'sent', last_error: null })),
      );
    });
    const mails = mailServer.mails.filter(({ to }) => owners.includes(to[0]!));
    expect(mails.map(({ to }) => to).sort()).toEqual(owners.map((owner) => [owner]).sort());
    expect(mails[0]).toMatchObject({
      from: 'waypost@example.com',
      source: expect.stringContaining('Subject: Waypost: the outbound webhook of Shop was disabled'),
    });
    expect(mails[0]!.source.replaceAll('=\r\n', '')).toContain('the answer was HTTP 500, not 200');
    expect(mails[0]!.source.replaceAll('=\r\n', '')).toContain('New messages are kept for 3 days.');

    expect(receiver.requests).toHaveLength(tried);
    await workspace.enableAgain();
    await delivered(CHATS * 3);
    expect(await workspace.mails()).toHaveLength(2);
    const taken = new Map<string, string[]>();
    for (const request of receiver.requests.slice(tried))
      taken.set(chatOf(request), [...(taken.get(chatOf(request)) ?? []), textOf(request)]);
    expect([...taken.values()]).toEqual(Array.from({ length: CHATS }, () => ['0', '1', '2']));
  }, 40_000);

  it('that flaps is never disabled: each success sets the count back', async () => {
    let calls = 0;
    receiver.answer(() => (calls++ % 3 === 2 ? {} : { status: 500 }));
    await happen(2);
    await eventually(
      async () => {
        const states = (await workspace.deliveries()).map(({ state }) => state);
        expect(states.filter((state) => state === 'delivered').length).toBeGreaterThan(8);
      },
      { withinMs: 15_000 },
    );
    expect((await workspace.endpoint()).consecutive_errors).toBeLessThan(3);
    receiver.answer({});
    await delivered(CHATS * 2);
    expect(await workspace.mails()).toEqual([]);
  }, 40_000);

  it.each([
    ['seconds', () => '120', 120_000],
    ['a date', () => new Date(Date.now() + 300_000).toUTCString(), 300_000],
    ['garbage', () => 'soon, perhaps', STEP_MS],
    ['a date that is past', () => 'Thu, 01 Jan 1970 00:00:00 GMT', STEP_MS],
    ['a negative number', () => '-5', STEP_MS],
    ['more than a day', () => '99999999999', 86_400_000],
  ])('is left alone for as long as Retry-After asks with %s', async (_form, header, ms) => {
    receiver.answerNext({ status: 429, headers: { 'retry-after': header() } });
    receiver.answer({ status: 500, headers: { 'retry-after': '3600' } });
    await workspace.happened('message', {});
    if (ms === STEP_MS) {
      await receiver.waitForRequests(2);
      return;
    }
    const { next_attempt_at: next } = await eventually(async () => {
      const endpoint = await workspace.endpoint();
      return endpoint.consecutive_errors === 1 ? endpoint : null;
    });
    const leftMs = next.getTime() - Date.now();
    expect(leftMs).toBeGreaterThan(ms - 5_000);
    expect(leftMs).toBeLessThanOrEqual(ms + 1_000);
  });
});

describe('mail', () => {
  it('that the server refuses at first is tried again', async () => {
    // With the schedule of the product the next try comes after a minute: only that it waits is looked at.
    mailServer.refusals = 1;
    receiver.answer({ status: 500 });
    await workspace.setEndpoint({
      state: 'backing_off',
      consecutive_errors: 10,
      next_attempt_at: new Date(),
    });
    await workspace.happened('message', {});
    await eventually(async () => {
      expect(await workspace.mails()).toEqual([
        expect.objectContaining({ state: 'waiting', last_error: expect.stringContaining('come back later') }),
      ]);
    });
    await db.pool.query(`update lane set next_at = now() where kind = 'mail' and next_at < 'infinity'`);
    await eventually(async () => {
      expect(await workspace.mails()).toEqual([expect.objectContaining({ state: 'sent', last_error: null })]);
    });
  });
});

describe('whatever happens, an endpoint in Postgres', () => {
  it('counts errors in a row, is probed by one at a time, and is disabled and mailed once per enabling', async () => {
    await fc.assert(
      fc.asyncProperty(scripts(25), async (script) => {
        const owner = await TestWorkspace.create(db.pool, receiver.url);
        const model = new EndpointModel(new EndpointInPostgres(db.pool, owner));
        await model.play(script);
        expect(await owner.mails()).toHaveLength(model.disabled);
      }),
      {
        numRuns: 8,
        examples: [
          [
            [
              { does: 'fail the probe', times: 12 },
              { does: 'enable' },
              { does: 'fail the probe', times: 12 },
            ],
          ],
        ],
      },
    );
  });
});
