import { describe, expect, it } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { anotherWorkspace, db, egress, receiver, useEgress, workspace } from '../testing/scene.js';
import { RetentionSweep } from './retention-sweep.js';

useEgress({ outboundRetentionHours: 72, outboundMaxWaiting: 3 });

async function happen(...texts: string[]): Promise<void> {
  for (const text of texts) await workspace.happened('message', { text });
  await eventually(async () => expect(await workspace.waiting()).toBe(0));
}

const states = async () => (await workspace.deliveries()).map(({ state }) => state);
const received = () =>
  receiver.requests.map(({ json }) => (json as { message: { text: string } }).message.text);

describe('what waits for a disabled endpoint', () => {
  it('is dropped after three days, which the endpoint says, and the rest goes when it is enabled', async () => {
    await workspace.setEndpoint({ state: 'disabled' });
    await happen('old', 'young');
    const [old] = await workspace.deliveries();
    await db.pool.query(`update delivery set created_at = now() - interval '73 hours' where id = $1`, [
      old.id,
    ]);
    await egress.get(RetentionSweep).sweep();
    await eventually(async () => expect(await states()).toEqual(['dropped', 'pending']));
    expect((await workspace.endpoint()).dropped).toBe('1');
    await workspace.enableAgain();
    await receiver.waitForRequests(1);
    expect(received()).toEqual(['young']);
  });

  it('counts each message of a bundle', async () => {
    await workspace.setEndpoint({ state: 'disabled', granularity_hours: 1 });
    await happen('1', '2', '3');
    await workspace.endWindows();
    await eventually(async () => expect(await states()).toEqual(['pending']));
    await db.pool.query(
      `update delivery set created_at = now() - interval '73 hours' where workspace_id = $1`,
      [workspace.id],
    );
    await egress.get(RetentionSweep).sweep();
    await eventually(async () => expect((await workspace.endpoint()).dropped).toBe('3'));
  });

  it('stays, however old, while the endpoint only backs off', async () => {
    await workspace.backsOff(3_600_000);
    await happen('old');
    await db.pool.query(
      `update delivery set created_at = now() - interval '73 hours' where workspace_id = $1`,
      [workspace.id],
    );
    const other = await anotherWorkspace();
    await other.setEndpoint({ state: 'disabled' });
    await other.happened('message', {});
    await eventually(async () => expect(await other.deliveries()).toHaveLength(1));
    await db.pool.query(
      `update delivery set created_at = now() - interval '73 hours' where workspace_id = $1`,
      [other.id],
    );
    await egress.get(RetentionSweep).sweep();
    await eventually(async () => expect((await other.endpoint()).dropped).toBe('1'));
    expect(await states()).toEqual(['pending']);
  });
});

describe('an endpoint for which as many deliveries wait as may', () => {
  it.each([
    [
      'backs off',
      { state: 'backing_off', consecutive_errors: 1, next_attempt_at: new Date(Date.now() + 3_600_000) },
    ],
    ['is disabled', { state: 'disabled' }],
  ])('and which %s keeps no more, and says how many', async (_how, endpoint) => {
    await workspace.setEndpoint(endpoint);
    await happen('1', '2', '3', '4', '5');
    expect(await states()).toEqual(['pending', 'pending', 'pending']);
    expect((await workspace.endpoint()).dropped).toBe('2');
    expect(await workspace.messages()).toHaveLength(5);
    await workspace.enableAgain();
    await receiver.waitForRequests(3);
    await happen('6');
    await receiver.waitForRequests(4);
    expect(received()).toEqual(['1', '2', '3', '6']);
  });

  it('puts no more into bundles either', async () => {
    await workspace.setEndpoint({ state: 'disabled' });
    await happen('1', '2', '3');
    await workspace.setEndpoint({ granularity_hours: 1 });
    await happen('4');
    expect(await workspace.bundles()).toEqual([]);
    expect((await workspace.endpoint()).dropped).toBe('1');
  });

  it('takes a burst whole while it works, and drops what comes while as many wait as may', async () => {
    let answer!: () => void;
    receiver.answer({ after: new Promise<void>((resolve) => (answer = resolve)) });
    await workspace.happenedTogether(
      Array.from({ length: 10 }, (_, text) => ['message', { text: String(text) }]),
    );
    await receiver.waitForRequests(1);
    expect((await workspace.endpoint()).dropped).toBe('0');
    await happen('late');
    expect((await workspace.endpoint()).dropped).toBe('1');
    answer();
    receiver.answer({});
    await receiver.waitForRequests(10);
    await eventually(async () => expect(await states()).toEqual(Array(10).fill('delivered')));
    await happen('later');
    await receiver.waitForRequests(11);
    expect(received()).toEqual([...Array.from({ length: 10 }, (_, text) => String(text)), 'later']);
  });

  it('counts what is in open windows, and in bundles that wait', async () => {
    await workspace.setEndpoint({ granularity_hours: 1 });
    await happen('1', '2', '3');
    await happen('4');
    expect(await workspace.bundles()).toMatchObject([{ messages: 3 }]);
    expect((await workspace.endpoint()).dropped).toBe('1');
    await workspace.backsOff(3_600_000);
    await workspace.endWindows();
    await eventually(async () => expect(await states()).toEqual(['pending']));
    await happen('5');
    expect((await workspace.endpoint()).dropped).toBe('2');
    expect(await workspace.bundles()).toHaveLength(1);
  });
});
