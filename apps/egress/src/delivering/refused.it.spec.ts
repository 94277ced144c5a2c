import { describe, expect, it } from '@jest/globals';
import { eventually, type ReceivedRequest } from '@waypost/testkit';
import { laneSlot } from '../collecting/new-deliveries.js';
import { db, receiver, useEgress, workspace } from '../testing/scene.js';

const PATIENCE = { withinMs: 20_000 };

// Many errors in a row, however slow this machine is: what is refused alone is not to disable the endpoint.
useEgress({ outboundBackoffMs: [200, 400], outboundMaxErrors: 1_000 });

const textOf = (request: ReceivedRequest) => (request.json as { message: { text: string } }).message.text;
const tried = () => receiver.requests.map(textOf);
const bad = async () => (await workspace.deliveries()).find(({ body }) => body.includes('"bad"'));

/** A different person each time. */
function person(number: number): string {
  return `4930${String(number).padStart(7, '0')}@s.whatsapp.net`;
}

/** Nine people have chats, so some two of them share a lane. @returns two who do, and one who is in another lane */
async function peopleInLanes() {
  for (let number = 0; number < 9; number++)
    await workspace.happened('message', { chatJid: person(number), text: 'hello' });
  await receiver.waitForRequests(9, PATIENCE.withinMs);
  const { rows } = await db.pool.query<{ jid: string; chat_id: string }>(
    `select a.jid, c.id as chat_id from chat c join contact_address a on a.contact_id = c.contact_id where c.workspace_id = $1`,
    [workspace.id],
  );
  const lanes = [...Map.groupBy(rows, (row) => laneSlot(row.chat_id)).values()];
  const shared = lanes.find(({ length }) => length > 1)!;
  const elsewhere = lanes.find((lane) => lane !== shared)![0]!;
  return { unlucky: shared[0]!.jid, neighbour: shared[1]!.jid, elsewhere: elsewhere.jid };
}

describe('a message that is refused for ever, while others get through', () => {
  it('holds up its own chat alone, is tried ever less, and given up after three days; then its chat goes on, in order', async () => {
    const { unlucky, neighbour, another } = await takenAllButTheBad(async () => {
      expect((await bad()).refusals).toBeGreaterThan(1);
    });
    for (let times = 0; times < 3; times++) await another(neighbour);
    await workspace.happened('message', { chatJid: unlucky, text: 'd' });
    await another(neighbour);
    expect((await bad()).state).toBe('pending');
    const behind = () => tried().filter((text) => 'bcd'.includes(text));
    expect(behind()).toEqual([]);

    await db.pool.query(`update delivery set refused_since = now() - interval '73 hours' where id = $1`, [
      (await bad()).id,
    ]);
    await eventually(async () => {
      await another();
      expect(behind()).toHaveLength(3);
    }, PATIENCE);
    expect(behind()).toEqual(['b', 'c', 'd']);
    expect(await bad()).toMatchObject({ state: 'dropped', last_error: 'the answer was HTTP 400, not 200' });
    expect(await workspace.endpoint()).toMatchObject({ dropped: '1', disabled_reason: null });
    await another(unlucky);
  }, 60_000);

  it('is delivered, and its chat after it, when it is taken at last', async () => {
    await takenAllButTheBad(async () => {
      expect((await bad()).refusals).toBeGreaterThan(0);
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
    await takenAllButTheBad(async () => {
      const aside = (await workspace.deliveries()).filter(({ goes_ahead: ahead }) => ahead);
      expect(aside).toHaveLength(3);
    });
    await workspace.switchOff();
    const waiting = async () => (await workspace.deliveries()).filter(({ state }) => state === 'pending');
    await eventually(async () => expect(await waiting()).toEqual([]), PATIENCE);
    expect(tried()).not.toContain('b');
  }, 40_000);

  /** Until it is so. @returns who shares a lane with the chat that has the bad one, and what writes a message and sees it taken */
  async function takenAllButTheBad(expectation: () => Promise<void>) {
    const { unlucky, neighbour, elsewhere } = await peopleInLanes();
    receiver.answer((request) => ({ status: textOf(request) === 'bad' ? 400 : 200 }));
    for (const text of ['bad', 'b', 'c']) await workspace.happened('message', { chatJid: unlucky, text });
    let others = 0;
    const another = async (chatJid = elsewhere) => {
      await workspace.happened('message', { chatJid, text: `other ${++others}` });
      await eventually(() => expect(tried()).toContain(`other ${others}`), PATIENCE);
    };
    await eventually(async () => {
      await another();
      await expectation();
    }, PATIENCE);
    return { unlucky, neighbour, another };
  }
});
