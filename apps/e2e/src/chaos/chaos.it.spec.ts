import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@waypost/testkit';
import { BlockedCommits } from './blocked-commits.js';
import { ChaosRun } from './chaos-run.js';
import type { Written } from './incoming-traffic.js';
import { mishap, type MishapName } from './mishaps.js';
import { lengthOf, outagesOf } from './outages.js';

jest.setTimeout(180_000);

const LEASE_TTL_MS = 3_000;
/** Three times what is promised, for a machine that is busy with other tests; `npm run chaos` holds the promises to the second. */
const OFFLINE_WHILE_ROLLING_MS = 15_000;
const TAKEOVER_MS = 3 * (LEASE_TTL_MS + 10_000);

describe('two pods of wa-session under traffic', () => {
  let run: ChaosRun;

  beforeAll(async () => {
    run = await ChaosRun.start({ seed: 7, accounts: 4, contacts: 3, leaseTtlMs: LEASE_TTL_MS, perSecond: 8 });
  });

  afterAll(() => run?.stop());

  /** @returns how long accounts were offline because of it, in milliseconds */
  async function offlineBy(name: MishapName): Promise<number[]> {
    const { began, recoveredMs } = await run.suffer(mishap(name));
    expect(recoveredMs).toBeDefined();
    // A pod that is back takes accounts over once more: each of these moves is a short outage, and must end too.
    return eventually(
      async () => {
        await run.journal.read();
        const outages = outagesOf(run.journal.entries).filter(({ from }) => from >= began);
        expect(outages.filter(({ to }) => to === undefined)).toEqual([]);
        return outages.map(lengthOf);
      },
      { withinMs: TAKEOVER_MS },
    );
  }

  it('are restarted one after the other, and no account is offline for long', async () => {
    const offline = await offlineBy('rolling restart');
    expect(offline.length).toBeGreaterThanOrEqual(run.population.accounts.length);
    expect(Math.max(...offline)).toBeLessThan(OFFLINE_WHILE_ROLLING_MS);
  });

  it('take over from each other when one is killed and stays away', async () => {
    const offline = await offlineBy('pod killed, stays away');
    expect(offline.length).toBeGreaterThan(0);
    expect(Math.max(...offline)).toBeLessThan(TAKEOVER_MS);
  });

  it.each<MishapName>(['pod paused', 'Postgres killed', 'NATS stopped', 'sockets cut'])(
    'come back: %s',
    async (name) => {
      await offlineBy(name);
    },
  );

  it('lose nothing, send nothing twice, write nothing past the fence, and charge exactly', async () => {
    const findings = await run.settle(30_000);
    expect(findings.filter(({ broken }) => broken.length > 0)).toEqual([]);
    expect(run.crashes).toEqual([]);
    expect(run.outgoing.accepted.length).toBeGreaterThan(50);
    expect(run.incoming.written.length).toBeGreaterThan(50);
  });

  /**
   * Kills a pod between a message and its commit, which is blocked: once the commit waits, or once the receipt has left although it does.
   * @returns the message, and whether a receipt had left
   */
  async function killBeforeCommit(
    settings: Record<string, string>,
    once: 'commit waits' | 'receipt has left',
  ): Promise<{ message: Written; receipted: boolean }> {
    const pod = run.fleet.process('wa-a');
    await run.fleet.process('wa-b').kill('SIGTERM');
    await pod.kill('SIGTERM');
    await pod.start(settings);
    await run.allActive();
    const blocked = await BlockedCommits.begin(run.fleet);
    const message = await run.incoming.direct();
    const receipted = async () => {
      await run.journal.read();
      return run.journal.entries.some(
        ({ kind, phone, id }) =>
          kind === 'message_confirmed' && id === message.id && phone?.endsWith(message.account),
      );
    };
    if (once === 'commit waits') await blocked.isMet('wa-a');
    else await eventually(receipted, { withinMs: 30_000 });
    await pod.kill('SIGKILL');
    await blocked.endWithout('wa-a');
    const hadLeft = await receipted();
    await pod.start();
    await run.allActive();
    return { message, receipted: hadLeft };
  }

  it('let no receipt leave before the commit, so that a pod killed in between loses nothing', async () => {
    const { message, receipted } = await killBeforeCommit({}, 'commit waits');
    expect(receipted).toBe(false);
    const findings = await run.settle(30_000);
    expect(findings.filter(({ broken }) => broken.length > 0)).toEqual([]);
    expect(run.incoming.written).toContainEqual(message);
  });

  it('would be caught if they committed after the receipt', async () => {
    const mutation = new URL('./commit-after-receipt.mjs', import.meta.url).href;
    const settings = { NODE_OPTIONS: `--import ${mutation}` };
    const { message } = await killBeforeCommit(settings, 'receipt has left');
    const findings = await run.settle(2_000);
    expect(findings).toContainEqual({
      promise: 'every message that got a receipt is recorded',
      broken: [expect.stringContaining(message.text)],
    });
  });
});
