import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { subjects } from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import {
  createTestDatabase,
  eventually,
  natsUrl,
  WebhookReceiver,
  type TestDatabase,
} from '@waypost/testkit';
import { BundleCloser } from './collecting/bundle-closer.js';
import { DeliveryWorker } from './delivering/delivery-worker.js';
import { EventRecorder } from './recording/event-recorder.js';
import { startEgress, type RunningEgress } from './testing/start-egress.js';
import { TestWorkspace } from './testing/test-workspace.js';

let db: TestDatabase;
let egress: RunningEgress;
let receiver: WebhookReceiver;
let workspace: TestWorkspace;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());
beforeEach(async () => {
  receiver = await new WebhookReceiver().start();
  workspace = await TestWorkspace.create(db.pool, receiver.url);
  egress = await startEgress(db.url);
});
afterEach(async () => {
  await egress?.close();
  await receiver.stop();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${await egress.getUrl()}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`))!;
  return Number(line.slice(line.lastIndexOf(' ')));
}

describe('egress', () => {
  it('is ready when Postgres and NATS answer', async () => {
    await eventually(async () => {
      const response = await fetch(`${await egress.getUrl()}/health/ready`);
      expect(await response.json()).toEqual({ status: 'ok', checks: { postgres: 'ok', nats: 'ok' } });
    });
  });

  it.each([
    [subjects.eventsWaiting, EventRecorder],
    [subjects.deliverLaneDue, DeliveryWorker],
    [subjects.bundlesDue, BundleCloser],
  ] as const)('looks for work when the hint %s comes', async (subject, worker) => {
    const woken = jest.spyOn(egress.get<{ wake(): void }>(worker), 'wake');
    const messenger = new Messenger(natsUrl(), 'test');
    try {
      // Any egress may take a hint, those of other tests too, so it is repeated.
      await eventually(() => {
        messenger.hint(subject);
        return woken.mock.calls.length > 0;
      });
    } finally {
      await messenger.close();
    }
  });

  it('records and delivers without any hint', async () => {
    await workspace.happened('message', {});
    await receiver.waitForRequests(1);
  });

  it('counts what waits and what was delivered', async () => {
    receiver.answerNext({ status: 500 });
    await workspace.happened('message', {});
    await receiver.waitForRequests(2);
    await eventually(async () => {
      expect(await metric('waypost_delivery_latency_seconds_count')).toBe(1);
    });
    const text = await (await fetch(`${await egress.getUrl()}/metrics`)).text();
    expect(text).toMatch(/waypost_delivery_attempts_total\{outcome="status",service="egress"\} 1/);
    expect(text).toMatch(/waypost_delivery_attempts_total\{outcome="delivered",service="egress"\} 1/);
    expect(await metric('waypost_events_waiting')).toBe(0);
  });

  it('tells the age of the oldest event that waits, whichever account it is of', async () => {
    const other = await workspace.addAccount();
    const accounts = [workspace.accountId, other];
    const holder = await db.pool.connect();
    try {
      // What another process is recording waits.
      await holder.query('begin');
      await holder.query(
        `select pg_advisory_xact_lock(hashtext('waypost-recording'), hashtext(id)) from unnest($1::text[]) as id`,
        [accounts],
      );
      await db.pool.query(
        `insert into wa_event (account_id, kind, event, created_at)
         select case when number <= 10001 then $1::uuid else $2::uuid end, 'receipt', '{}',
           now() - make_interval(hours => case when number = 10002 then 3 else 1 end)
         from generate_series(1, 10003) as number`,
        accounts,
      );
      expect(await metric('waypost_events_waiting')).toBe(10_000);
      const age = await metric('waypost_events_waiting_oldest_seconds');
      expect(age).toBeGreaterThanOrEqual(3 * 3_600);
      expect(age).toBeLessThan(3 * 3_600 + 60);
    } finally {
      await db.pool.query('delete from wa_event where account_id = any($1::uuid[])', [accounts]);
      await holder.query('rollback');
      holder.release();
    }
  });

  it('shows the states of endpoints, the bundles that are open, and how late windows were closed', async () => {
    await workspace.setEndpoint({ granularity_hours: 1 });
    const failing = await TestWorkspace.create(db.pool, receiver.url);
    await failing.backsOff(60_000);
    const disabled = await TestWorkspace.create(db.pool, receiver.url);
    await disabled.setEndpoint({ state: 'disabled' });
    await workspace.happened('message', {});
    await eventually(async () => expect(await metric('waypost_bundles_open')).toBe(1));
    const text = await (await fetch(`${await egress.getUrl()}/metrics`)).text();
    expect(text).toMatch(/waypost_endpoints\{state="backing_off",service="egress"\} 1/);
    expect(text).toMatch(/waypost_endpoints\{state="disabled",service="egress"\} 1/);
    await workspace.endWindows();
    await receiver.waitForRequests(1);
    expect(await metric('waypost_bundles_open')).toBe(0);
    expect(await metric('waypost_bundle_lateness_seconds_count')).toBe(1);
    expect(await metric('waypost_bundle_lateness_seconds_sum')).toBeLessThan(5);
  });

  it('stops while a request is in flight, and writes down how it ended', async () => {
    let answer!: () => void;
    receiver.answer({ after: new Promise<void>((resolve) => (answer = resolve)) });
    await workspace.happened('message', {});
    await receiver.waitForRequests(1);
    const stopped = egress.close();
    answer();
    await stopped;
    expect(await workspace.deliveries()).toEqual([expect.objectContaining({ state: 'delivered' })]);
  });

  it('starts and stops cleanly, again and again', async () => {
    for (let times = 0; times < 5; times++) {
      await egress.close();
      egress = await startEgress(db.url);
    }
  });
});
