import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  eventually,
  WebhookReceiver,
  type ReceivedRequest,
  type TestDatabase,
} from '@waypost/testkit';
import { EventRecorder } from '../recording/event-recorder.js';
import { startEgress, type RunningEgress } from '../testing/start-egress.js';
import { TestWorkspace } from '../testing/test-workspace.js';

const PATIENCE = { withinMs: 20_000 };

let db: TestDatabase;
let egress: RunningEgress;
let receiver: WebhookReceiver;
let workspace: TestWorkspace;

beforeAll(async () => {
  db = await createTestDatabase();
  // Many errors in a row, however slow this machine is: what is refused alone is not to disable the endpoint.
  egress = await startEgress(db.url, { outboundBackoffMs: [200, 400], outboundMaxErrors: 1_000 });
});
afterAll(async () => {
  await egress?.close();
  await db?.drop();
});
beforeEach(async () => {
  receiver = await new WebhookReceiver().start();
  workspace = await TestWorkspace.create(db.pool, receiver.url, () => egress.get(EventRecorder).wake());
});
afterEach(() => receiver.stop());

const textOf = (request: ReceivedRequest) => (request.json as { message: { text: string } }).message.text;
const tried = () => receiver.requests.map(textOf);
const first = async () => (await workspace.deliveries())[0];

/** A different person each time. */
function person(number: number): string {
  return `4930${String(number).padStart(7, '0')}@s.whatsapp.net`;
}

/** Two people whose chats share a lane. */
async function sharingALane(): Promise<[string, string]> {
  for (let number = 0; number < 9; number++)
    await workspace.happened('message', { chatJid: person(number), text: 'hello' });
  await receiver.waitForRequests(9);
  const { rows } = await db.pool.query(
    `select a.jid from chat c join contact_address a on a.contact_id = c.contact_id where c.workspace_id = $1 order by c.id`,
    [workspace.id],
  );
  return [rows[0].jid, rows[8].jid];
}

describe('a message that is refused for ever, while others get through', () => {
  it('holds up its own chat alone, is tried ever less, and given up after three days; then its chat goes on, in order', async () => {
    const [unlucky, neighbour] = await sharingALane();
    receiver.answer((request) => ({ status: textOf(request) === 'bad' ? 400 : 200 }));
    for (const text of ['bad', 'b', 'c', 'd'])
      await workspace.happened('message', { chatJid: unlucky, text });
    let others = 0;
    const another = async (chatJid = person(4)) => {
      await workspace.happened('message', { chatJid, text: `other ${++others}` });
      await eventually(() => expect(tried()).toContain(`other ${others}`), PATIENCE);
    };
    const bad = async () => (await workspace.deliveries())[9];
    await eventually(async () => {
      await another();
      expect((await bad()).refusals).toBeGreaterThan(1);
    }, PATIENCE);
    for (let times = 0; times < 3; times++) await another(neighbour);
    await workspace.happened('message', { chatJid: unlucky, text: 'e' });
    await another(neighbour);
    expect((await bad()).state).toBe('pending');
    const behind = () => tried().filter((text) => 'bcde'.includes(text));
    expect(behind()).toEqual([]);

    await db.pool.query(`update delivery set refused_since = now() - interval '73 hours' where id = $1`, [
      (await bad()).id,
    ]);
    await eventually(async () => {
      await another();
      expect(behind()).toHaveLength(4);
    }, PATIENCE);
    expect(behind()).toEqual(['b', 'c', 'd', 'e']);
    expect(await bad()).toMatchObject({ state: 'dropped', last_error: 'the answer was HTTP 400, not 200' });
    expect(await workspace.endpoint()).toMatchObject({ dropped: '1', disabled_reason: null });
    await another(unlucky);
  }, 60_000);

  it('is delivered, and its chat after it, when it is taken at last', async () => {
    await receiverTakesAllBut('bad', async () => {
      expect((await first()).refusals).toBeGreaterThan(0);
    });
    receiver.answer({});
    await eventually(() => expect(tried()).toContain('c'), PATIENCE);
    const taken = tried()
      .slice(tried().lastIndexOf('bad'))
      .filter((text) => !text.startsWith('other'));
    expect(taken).toEqual(['bad', 'b', 'c']);
    await eventually(async () =>
      expect((await workspace.deliveries()).filter(({ state }) => state !== 'delivered')).toEqual([]),
    );
  }, 40_000);

  it('is dropped with those behind it when the endpoint is switched off', async () => {
    await receiverTakesAllBut('bad', async () => {
      const aside = (await workspace.deliveries()).filter(({ goes_ahead: ahead }) => ahead);
      expect(aside).toHaveLength(3);
    });
    await workspace.switchOff();
    const waiting = async () => (await workspace.deliveries()).filter(({ state }) => state === 'pending');
    await eventually(async () => expect(await waiting()).toEqual([]), PATIENCE);
    expect(tried()).not.toContain('b');
  }, 40_000);

  /** Until it is so. */
  async function receiverTakesAllBut(bad: string, expectation: () => Promise<void>): Promise<void> {
    receiver.answer((request) => ({ status: textOf(request) === bad ? 400 : 200 }));
    for (const text of [bad, 'b', 'c']) await workspace.happened('message', { chatJid: person(0), text });
    let others = 0;
    await eventually(async () => {
      await workspace.happened('message', { chatJid: person(1), text: `other ${++others}` });
      await eventually(() => expect(tried()).toContain(`other ${others}`), PATIENCE);
      await expectation();
    }, PATIENCE);
  }
});
