import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, natsUrl, ServiceProcess, type TestDatabase } from '@waypost/testkit';
import { SessionOwner } from '../testing/session-owner.js';
import { TestAccount } from '../testing/test-account.js';

const PACE_MS = 200;
const ROUNDING_MS = 2;
/** Longer than the lease of a lane. */
const OWN_PACE = { minMs: 8_000, maxMs: 8_200 };
const environment = (databaseUrl: string, sendTimeoutMs: number) => ({
  DATABASE_URL: databaseUrl,
  NATS_URL: natsUrl(),
  SEND_PACE_MIN_MS: String(PACE_MS),
  SEND_PACE_MAX_MS: String(PACE_MS + 50),
  SEND_TIMEOUT_MS: String(sendTimeoutMs),
});

let database: TestDatabase;
let owner: SessionOwner;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new SessionOwner(natsUrl()).start();
});
afterAll(async () => {
  await owner?.stop();
  await database?.drop();
});

it('a killed dispatcher breaks neither order nor pace: another takes its accounts over', async () => {
  const env = environment(database.url, 3_000);
  const texts = Array.from({ length: 8 }, (_, number) => String(number));
  const accounts = await Promise.all(
    texts.map(async () => (await TestAccount.create(database.pool)).leaseTo(owner.pod)),
  );
  for (const account of accounts) await account.queue(texts);
  const first = await ServiceProcess.start('dispatcher', env);
  let second: ServiceProcess | undefined;
  try {
    // In the middle of a send: the owner answers a dead process.
    let killed: Promise<void> | undefined;
    owner.answer(async () => {
      if (owner.sends.length > 20) await (killed ??= first.kill('SIGKILL'));
      return { outcome: 'acked' };
    });
    await eventually(() => killed, { withinMs: 30_000 });
    await killed;
    second = await ServiceProcess.start('dispatcher', env);
    for (const account of accounts) {
      await eventually(async () => (await account.waiting()) === 0, { withinMs: 60_000, everyMs: 100 });
      const sends = owner.of(account.id);
      const sent = sends.map(({ request }) => request.text);
      expect([...new Set(sent)]).toEqual(texts);
      expect(sent).toEqual([...sent].sort());
      // Only what was in flight went twice, under its id.
      expect(sent.length - texts.length).toBeLessThanOrEqual(1);
      expect(new Set(sends.map(({ request }) => request.keyId)).size).toBe(texts.length);
      const gaps = sends.slice(1).map(({ at }, index) => at - sends[index]!.at);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PACE_MS - ROUNDING_MS);
      expect(await account.states()).toEqual(texts.map(() => 'sent'));
    }
    expect(owner.sends.length).toBeGreaterThan(texts.length * accounts.length);
  } finally {
    await Promise.all([first.kill('SIGKILL'), second?.kill('SIGTERM')]);
  }
}, 150_000);

it('a dispatcher that is killed in the middle of a send does not break the pace of an account that is slower than its lease', async () => {
  const env = environment(database.url, 1_000);
  const account = await (await TestAccount.create(database.pool, OWN_PACE)).leaseTo(owner.pod);
  const first = await ServiceProcess.start('dispatcher', env);
  let second: ServiceProcess | undefined;
  try {
    owner.answer(async () => {
      if (owner.of(account.id).length === 1) await first.kill('SIGKILL');
      return { outcome: 'acked' };
    });
    await account.queue(['x']);
    await eventually(() => owner.of(account.id)[0]?.endedAt, { withinMs: 30_000 });
    second = await ServiceProcess.start('dispatcher', env);
    await eventually(async () => (await account.waiting()) === 0, { withinMs: 60_000, everyMs: 100 });
    const [once, again] = owner.of(account.id);
    expect(again!.request.keyId).toBe(once!.request.keyId);
    expect(again!.at - once!.endedAt!).toBeGreaterThanOrEqual(OWN_PACE.minMs - ROUNDING_MS);
    expect(owner.of(account.id)).toHaveLength(2);
    expect(await account.states()).toEqual(['sent']);
  } finally {
    await Promise.all([first.kill('SIGKILL'), second?.kill('SIGTERM')]);
  }
}, 150_000);
