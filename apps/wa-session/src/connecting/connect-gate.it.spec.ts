import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import { randomUUID } from 'node:crypto';
import { ClientVersions } from './client-versions.js';
import { ConnectGate, type Granted, type Permit } from './connect-gate.js';
import { ConnectPace } from './connect-pace.js';

const NETWORK = 'whatsapp';
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('truncate connect_pace, client_version, client_probe'));

describe('the pace of connecting', () => {
  it('gives evenly spaced places to all pods together, after a second’s worth at once', async () => {
    const pods = [new ConnectPace(database.pool, 20), new ConnectPace(database.pool, 20)];
    const startedAt = performance.now();
    const waits = await Promise.all(Array.from({ length: 60 }, (_, n) => pods[n % 2]!.take(NETWORK)));
    const tookMs = performance.now() - startedAt;
    waits.sort((a, b) => a - b);
    expect(waits.filter((wait) => wait === 0).length).toBeGreaterThanOrEqual(20);
    expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(22 + tookMs / 50);
    // 60 places are 3 seconds, of which one was free.
    expect(waits.at(-1)).toBeGreaterThan(1_900 - tookMs);
    expect(waits.at(-1)).toBeLessThanOrEqual(2_000);
  });

  it('is another one on another network', async () => {
    const pace = new ConnectPace(database.pool, 0.1);
    const second = async (network: string) => [await pace.take(network), await pace.take(network)][1];
    expect(await second(NETWORK)).toBeGreaterThan(8_000);
    expect(await pace.take('sandbox')).toBe(0);
  });
});

describe('the breaker for versions that are too old', () => {
  const tooOld: string[] = [];
  const noneLeft: boolean[] = [];
  const accounts = Array.from({ length: 4 }, () => randomUUID());

  beforeEach(() => {
    tooOld.length = 0;
    noneLeft.length = 0;
  });

  /** A pod: it knows what it read for a second, so each asks anew. */
  const pod = (versions = ['3', '2']) =>
    new ConnectGate(
      new ConnectPace(database.pool, 1_000),
      new ClientVersions(database.pool, versions, 60_000),
      {
        tooOld: (_network, version) => tooOld.push(version),
        noneLeft: (isTooOld) => noneLeft.push(isTooOld),
      },
    );
  const ask = (accountId: string | undefined, versions?: string[]) => pod(versions).ask(accountId!, NETWORK);
  const report = (
    accountId: string | undefined,
    permit: Permit,
    verdict: 'accepted' | 'rejected' | 'unclear',
  ) => pod().report(accountId!, permit as Granted, verdict);

  it('is closed at first: everybody connects with the first version', async () => {
    for (const account of accounts) {
      expect(await ask(account)).toMatchObject({ granted: true, version: '3', probe: false });
    }
  });

  it('opens for all at the first refusal, tells it once, and lets one account try the next version', async () => {
    const permits = await Promise.all(accounts.map((account) => ask(account)));
    await Promise.all(accounts.map((account, n) => report(account, permits[n]!, 'rejected')));
    expect(tooOld).toEqual(['3']);
    const answers = await Promise.all(accounts.map((account) => ask(account)));
    expect(answers.filter(({ granted }) => granted)).toMatchObject([{ version: '2', probe: true }]);
  });

  it('closes for all when that account gets in', async () => {
    const [first, second] = accounts;
    await report(first, await ask(first), 'rejected');
    const probe = await ask(first);
    expect(await ask(second)).toMatchObject({ granted: false });
    await report(first, probe, 'accepted');
    expect(await ask(second)).toMatchObject({ granted: true, version: '2', probe: false });
  });

  it('lets another account try when the first one learned nothing, or died', async () => {
    const [first, second, third] = accounts;
    await report(first, await ask(first), 'rejected');
    await report(first, await ask(first), 'unclear');
    expect(await ask(second)).toMatchObject({ granted: true, probe: true });
    expect(await ask(third)).toMatchObject({ granted: false });
    await database.pool.query(`update client_probe set claimed_until = now() - interval '1 s'`);
    expect(await ask(third)).toMatchObject({ granted: true, probe: true });
  });

  it('lets one account try again from time to time when every version was refused', async () => {
    const [first, second] = accounts;
    await report(first, await ask(first), 'rejected');
    await report(first, await ask(first), 'rejected');
    expect(tooOld).toEqual(['3', '2']);
    expect([await ask(first), await ask(second)]).toMatchObject([{ granted: false }, { granted: false }]);
    expect(noneLeft.at(-1)).toBe(true);
    await database.pool.query(`update client_probe set begun_at = now() - interval '20 minutes'`);
    const probe = await ask(second);
    expect(probe).toMatchObject({ granted: true, probe: true });
    expect(await ask(first)).toMatchObject({ granted: false });
    await report(second, probe, 'accepted');
    expect(await ask(first)).toMatchObject({ granted: true, probe: false });
    expect(noneLeft.at(-1)).toBe(false);
  });

  it('waits a while after the first refusal when there is only one version', async () => {
    const [first, second] = accounts;
    await report(first, await ask(first, ['3']), 'rejected');
    expect(await ask(second, ['3'])).toMatchObject({ granted: false });
    await database.pool.query(`update client_probe set begun_at = now() - interval '11 s'`);
    expect(await ask(second, ['3'])).toMatchObject({ granted: true, probe: true });
  });

  it('does not keep back pods that were given a newer version', async () => {
    const [first, second] = accounts;
    await report(first, await ask(first), 'rejected');
    expect(await ask(second, ['4', '3'])).toMatchObject({ granted: true, version: '4', probe: false });
  });
});
