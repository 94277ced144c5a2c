import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { subjects } from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { createTestDatabase, CuttingProxy, eventually, natsUrl, type TestDatabase } from '@waypost/testkit';
import { SessionOwner, type SeenSend } from '../testing/session-owner.js';
import { startDispatcher, type RunningDispatcher } from '../testing/start-dispatcher.js';
import { TestAccount } from '../testing/test-account.js';
import { SendWorker } from './send-worker.js';

const PACE_MS = 150;
/** Both ends' clocks and timers round to a millisecond. */
const ROUNDING_MS = 2;

let database: TestDatabase;
let owner: SessionOwner;
let running: RunningDispatcher[];

beforeEach(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((dispatcher) => dispatcher.close()));
  await owner.stop();
  await database.drop();
});

async function start(change: Parameters<typeof startDispatcher>[1] = {}): Promise<RunningDispatcher> {
  const dispatcher = await startDispatcher(database.url, change);
  running.push(dispatcher);
  return dispatcher;
}

const connectedAccount = async () => (await TestAccount.create(database.pool)).leaseTo(owner.pod);
const texts = (sends: SeenSend[]) => sends.map(({ request }) => request.text);
const numbers = (count: number) => Array.from({ length: count }, (_, number) => String(number));

function expectPaced(sends: SeenSend[]): void {
  const gaps = sends.slice(1).map(({ at }, index) => at - sends[index]!.endedAt!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PACE_MS - ROUNDING_MS);
}

async function settled(account: TestAccount, withinMs = 20_000): Promise<void> {
  await eventually(async () => (await account.waiting()) === 0, { withinMs });
}

describe('the messages of an account', () => {
  it('leave in order, never closer than the pace, under the ids that were promised', async () => {
    const account = await connectedAccount();
    await account.queue(numbers(6));
    await start();
    await settled(account);
    expect(texts(owner.sends)).toEqual(numbers(6));
    expectPaced(owner.sends);
    expect(await account.states()).toEqual(Array(6).fill('sent'));
    expect(owner.sends.map(({ request }) => request.keyId)).toEqual(
      (await account.messages()).map(({ keyId }) => keyId),
    );
    expect(owner.sends[0]!.request).toMatchObject({
      epoch: 7,
      recipientJid: expect.stringMatching(/@s.whatsapp.net$/),
    });
  });

  it('keep the pace when one comes to a lane that has just become empty', async () => {
    const account = await connectedAccount();
    await start();
    for (const text of numbers(4)) {
      await account.queue([text]);
      await settled(account);
    }
    expect(texts(owner.sends)).toEqual(numbers(4));
    expectPaced(owner.sends);
  });

  it('keep order and pace with several dispatchers', async () => {
    const accounts = await Promise.all(numbers(5).map(connectedAccount));
    for (const account of accounts) await account.queue(numbers(8));
    await Promise.all([start(), start(), start()]);
    for (const account of accounts) {
      await settled(account);
      expect(texts(owner.of(account.id))).toEqual(numbers(8));
      expectPaced(owner.of(account.id));
    }
  });

  it('wait for no other account, even one whose sends never end', async () => {
    const slow = await connectedAccount();
    const others = await Promise.all(numbers(20).map(connectedAccount));
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    owner.answer(async ({ accountId }) => {
      if (accountId === slow.id) await held;
      return { outcome: 'acked' };
    });
    for (const account of [slow, ...others]) await account.queue(numbers(3));
    await start({ sendTimeoutMs: 20_000 });
    for (const account of others) await settled(account);
    expect(await slow.states()).toEqual(['sending', 'queued', 'queued']);
    release();
    await settled(slow);
  });

  it('are looked for at once when a hint comes', async () => {
    const dispatcher = await start();
    const wake = jest.spyOn(dispatcher.get(SendWorker), 'wake');
    const messenger = new Messenger(natsUrl(), 'test');
    await eventually(() => {
      messenger.hint(subjects.sendLaneDue);
      expect(wake).toHaveBeenCalled();
    });
    await messenger.close();
  });
});

describe('a message whose outcome is unknown', () => {
  it('is sent again under the same id, at the pace, and before the ones behind it', async () => {
    const account = await connectedAccount();
    let tries = 0;
    owner.answer(() => ({ outcome: ++tries < 3 ? 'unknown' : 'acked' }));
    await account.queue(['first', 'second']);
    await start();
    await settled(account);
    expect(texts(owner.sends)).toEqual(['first', 'first', 'first', 'second']);
    expect(new Set(owner.sends.slice(0, 3).map(({ request }) => request.keyId)).size).toBe(1);
    expectPaced(owner.sends);
    expect(await account.states()).toEqual(['sent', 'sent']);
  });

  it('is sent again when the owner gives no answer, or one that is none', async () => {
    const account = await connectedAccount();
    const answers = [
      new Promise<never>(() => {}),
      { outcome: 'nonsense' as never },
      { outcome: 'acked' as const },
    ];
    owner.answer(() => answers[owner.sends.length - 1]!);
    const [id] = await account.queue(['x']);
    await start({ sendTimeoutMs: 800 });
    await settled(account);
    expect(owner.sends.map(({ request }) => request.messageId)).toEqual([id, id, id]);
    expect(await account.states()).toEqual(['sent']);
  });

  it('is not sent again when WhatsApp’s own receipt came meanwhile', async () => {
    const account = await connectedAccount();
    const [id] = await account.queue(['x', 'next']);
    owner.answer(async ({ text }) => {
      if (text === 'next') return { outcome: 'acked' };
      await account.setState(id!, 'delivered');
      return { outcome: 'unknown' };
    });
    await start();
    await settled(account);
    expect(texts(owner.sends)).toEqual(['x', 'next']);
    expect(await account.states()).toEqual(['delivered', 'sent']);
  });
});

describe('a message that cannot be sent', () => {
  it('fails with its reason and gives its credits back, once; the next one goes on at the pace', async () => {
    const account = await connectedAccount();
    owner.answer(({ text }) =>
      text === 'bad' ? { outcome: 'rejected', code: '479', reason: 'Not allowed' } : { outcome: 'acked' },
    );
    await account.queue(['bad', 'good', 'bad'], { cost: 2 });
    await start();
    await settled(account);
    expectPaced(owner.sends);
    const failed = { state: 'failed', failureCode: '479', failureReason: 'Not allowed' };
    expect(await account.messages()).toEqual([
      expect.objectContaining(failed),
      expect.objectContaining({ state: 'sent', failureCode: null }),
      expect.objectContaining(failed),
    ]);
    expect(await account.ledger()).toEqual({ balance: 4, sum: 4, refunds: 2 });
  });

  it('gives nothing back when it turns out to have arrived', async () => {
    const account = await connectedAccount();
    const [id] = await account.queue(['x']);
    owner.answer(async () => {
      await account.setState(id!, 'read');
      return { outcome: 'rejected', code: '479' };
    });
    await start();
    await settled(account);
    expect(await account.states()).toEqual(['read']);
    expect(await account.ledger()).toEqual({ balance: 0, sum: 0, refunds: 0 });
  });

  it('fails when it has expired, whether its account is connected or not', async () => {
    const accounts = [await connectedAccount(), await TestAccount.create(database.pool)];
    for (const account of accounts) await account.queue(['x'], { expiresInMs: 0 });
    await start();
    for (const account of accounts) {
      await settled(account);
      expect(await account.messages()).toEqual([
        expect.objectContaining({
          state: 'failed',
          failureCode: 'expired',
          failureReason: expect.stringContaining('24 hours'),
        }),
      ]);
      expect(await account.ledger()).toEqual({ balance: 1, sum: 1, refunds: 1 });
    }
    expect(owner.sends).toEqual([]);
  });

  it('is refunded beside messages that are being charged to the same workspace', async () => {
    const account = await connectedAccount();
    owner.answer(() => ({ outcome: 'rejected', code: '479' }));
    await start({ sendPaceMinMs: 0, sendPaceMaxMs: 0 });
    for (const text of numbers(30)) await account.queue([text]);
    await settled(account);
    expect(await account.ledger()).toEqual({ balance: 30, sum: 30, refunds: 30 });
  });
});

describe('a message whose account is not connected', () => {
  it('waits as queued until a pod holds the session', async () => {
    const account = await TestAccount.create(database.pool);
    await account.leaseTo(owner.pod, -1_000);
    await account.queue(['x']);
    const attempts = async () => {
      const { rows } = await database.pool.query('select attempts from lane where key = $1', [account.id]);
      return rows[0].attempts;
    };
    await start();
    await eventually(async () => (await attempts()) >= 2, { withinMs: 10_000 });
    expect(await account.states()).toEqual(['queued']);
    expect(owner.sends).toEqual([]);
    await account.leaseTo(owner.pod);
    await settled(account);
    expect(await account.states()).toEqual(['sent']);
  });

  it('is queued again when the owner says so, and sent later', async () => {
    const account = await connectedAccount();
    owner.answer(() => ({ outcome: owner.sends.length === 1 ? 'not_connected' : 'acked' }));
    await account.queue(['x']);
    await start();
    await eventually(async () => owner.sends.length === 1 && (await account.states())[0] === 'queued');
    await settled(account);
    expect(await account.states()).toEqual(['sent']);
  });
});

describe('when something fails', () => {
  it('a clean stop settles the send in flight', async () => {
    const account = await connectedAccount();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    owner.answer(async () => {
      await held;
      return { outcome: 'acked' };
    });
    await account.queue(['x', 'y']);
    const dispatcher = await start();
    await eventually(() => owner.sends.length === 1);
    const stopped = dispatcher.close();
    release();
    await stopped;
    running = [];
    expect(await account.states()).toEqual(['sent', 'queued']);
    expect(await account.waiting()).toBe(1);
  });

  it('an outage of NATS delays messages and neither loses nor repeats nor reorders one', async () => {
    const nats = await CuttingProxy.start(natsUrl());
    try {
      const account = await connectedAccount();
      await account.queue(numbers(5));
      owner.answer(() => {
        if (owner.sends.length === 2) nats.down();
        return { outcome: 'acked' };
      });
      await start({ natsUrl: nats.url, sendTimeoutMs: 1_000 });
      await eventually(() => owner.sends.length === 2);
      const attempts = async () =>
        (await database.pool.query('select attempts from lane where key = $1', [account.id])).rows[0]
          .attempts;
      await eventually(async () => (await attempts()) >= 2, { withinMs: 15_000 });
      expect(owner.sends).toHaveLength(2);
      nats.up();
      await settled(account, 60_000);
      // The second one’s answer was lost: it alone went twice, under one id.
      expect(texts(owner.sends)).toEqual(['0', '1', '1', '2', '3', '4']);
      expectPaced(owner.sends);
      expect(await account.states()).toEqual(Array(5).fill('sent'));
    } finally {
      await Promise.all(running.splice(0).map((dispatcher) => dispatcher.close()));
      await nats.stop();
    }
  }, 90_000);

  it('cut connections to Postgres break neither order nor pace nor the ledger', async () => {
    const accounts = await Promise.all(numbers(6).map(connectedAccount));
    owner.answer(({ text }) =>
      Number(text) % 3 === 2 ? { outcome: 'rejected', code: '479' } : { outcome: 'acked' },
    );
    for (const account of accounts) await account.queue(numbers(9));
    await start();
    await start();
    for (const progress of [10, 30]) {
      await eventually(() => owner.sends.length >= progress, { withinMs: 40_000 });
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'waypost-dispatcher'`,
      );
    }
    for (const account of accounts) {
      await settled(account, 60_000);
      const sends = owner.of(account.id);
      expect([...new Set(texts(sends))]).toEqual(numbers(9));
      expect(texts(sends)).toEqual([...texts(sends)].sort());
      expectPaced(sends);
      expect(await account.ledger()).toEqual({ balance: 3, sum: 3, refunds: 3 });
    }
  }, 120_000);
});
