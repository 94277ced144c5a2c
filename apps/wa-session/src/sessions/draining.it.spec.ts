import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CuttingProxy, eventually } from '@waypost/testkit';
import { SessionsUnderTest, type LinkedAccount } from '../testing/sessions-under-test.js';

const soon = { withinMs: 40_000, everyMs: 50 };
const PODS = ['pod-a', 'pod-b'];
const LEASE_TTL_MS = 6_000;
jest.setTimeout(240_000);

describe('two pods', () => {
  const accounts: LinkedAccount[] = [];
  let system: SessionsUnderTest;

  beforeAll(async () => {
    system = await SessionsUnderTest.start({
      pods: PODS,
      settings: { LEASE_TTL_MS: String(LEASE_TTL_MS), DRAIN_MS: '5000' },
    });
    for (let count = 0; count < 6; count++) accounts.push(await system.linkedAccount());
    await shared();
  });
  afterAll(() => system.stop());

  const ownersOf = () =>
    Promise.all(accounts.map(async ({ accountId }) => (await system.leaseOf(accountId)).owner));

  /** Both hold accounts, all of which are connected. */
  function shared(): Promise<void> {
    return eventually(async () => {
      const owners = await ownersOf();
      for (const pod of PODS)
        expect(owners.filter((owner) => owner === pod).length).toBeGreaterThanOrEqual(2);
      for (const { accountId } of accounts) expect(await system.stateOf(accountId)).toBe('connected');
    }, soon);
  }

  async function accountOf(pod: string): Promise<LinkedAccount> {
    const owners = await ownersOf();
    return accounts[owners.indexOf(pod)]!;
  }

  /** How long each account was without a connection since an entry of the sandbox's journal, in milliseconds. */
  async function gapsSince(seq: number): Promise<number[]> {
    const journal = (await system.sandbox.journal()).filter((entry) => (entry['seq'] as number) > seq);
    return accounts.flatMap(({ phone }) => {
      const own = journal.filter((entry) => entry['phone'] === phone);
      const at = (kind: string) =>
        own.filter((entry) => entry.kind === kind).map((entry) => Date.parse(String(entry['at'])));
      const [closed] = at('connection_closed');
      const active = at('active').at(-1);
      return closed === undefined || active === undefined ? [] : [active - closed];
    });
  }

  const lastSeq = async () => (await system.sandbox.journal()).at(-1)!['seq'] as number;

  it('share the accounts', async () => {
    await shared();
  });

  it('hand over when one is told to stop: it finishes the send in flight, and the other connects at once', async () => {
    const leaving = system.pod('pod-a');
    const account = await accountOf('pod-a');
    const contact = system.newPhone();
    await system.sandbox.fault(account.phone, { kind: 'delay', ms: 700 });
    const seq = await lastSeq();
    const sending = system.send(account.accountId, contact, 'In flight');
    await eventually(async () => {
      const journal = await system.sandbox.journal();
      expect(
        journal.some((entry) => entry['phone'] === account.phone && entry.kind === 'message_from_device'),
      ).toBe(true);
    }, soon);
    const stopped = leaving.kill('SIGTERM');
    await eventually(async () => {
      const status = await fetch(`${leaving.url}/health/ready`).then(
        (answer) => answer.status,
        () => 503,
      );
      expect(status).toBe(503);
    }, soon);
    expect(await sending).toMatchObject({ outcome: 'acked' });
    await stopped;
    await system.sandbox.fault(account.phone, { kind: 'clear' });
    await eventually(async () => expect(new Set(await ownersOf())).toEqual(new Set(['pod-b'])), soon);
    for (const { accountId } of accounts) await system.reaches(accountId, 'connected');
    const gaps = await gapsSince(seq);
    expect(gaps.length).toBeGreaterThanOrEqual(2);
    for (const gap of gaps) expect(gap).toBeLessThan(5_000);
    expect(await system.sandbox.shown(contact)).toMatchObject([{ text: 'In flight', timesReceived: 1 }]);
    await leaving.start();
    await shared();
  });

  it('hand over in time when a send gets no answer', async () => {
    const leaving = system.pod('pod-a');
    const account = await accountOf('pod-a');
    await system.sandbox.fault(account.phone, { kind: 'drop_acks' });
    const sending = system.send(account.accountId, system.newPhone(), 'Never acknowledged');
    await eventually(async () => {
      const journal = await system.sandbox.journal();
      expect(
        journal.filter((entry) => entry['phone'] === account.phone && entry.kind === 'ack_dropped'),
      ).toHaveLength(1);
    }, soon);
    const startedAt = performance.now();
    await leaving.kill('SIGTERM');
    expect(performance.now() - startedAt).toBeLessThan(6_500);
    expect(await sending).toMatchObject({ outcome: 'unknown' });
    await system.sandbox.fault(account.phone, { kind: 'clear' });
    for (const { accountId } of accounts) {
      await eventually(async () => expect((await system.leaseOf(accountId)).owner).toBe('pod-b'), soon);
      await system.reaches(accountId, 'connected');
    }
    await leaving.start();
    await shared();
  });

  it('take over from one that is killed when its leases run out', async () => {
    const killedAt = performance.now();
    await system.pod('pod-b').kill('SIGKILL');
    await eventually(async () => expect(new Set(await ownersOf())).toEqual(new Set(['pod-a'])), soon);
    for (const { accountId } of accounts) await system.reaches(accountId, 'connected');
    expect(performance.now() - killedAt).toBeLessThan(LEASE_TTL_MS + 10_000);
    await system.pod('pod-b').start();
    await shared();
  });
});

describe('a pod that lost Postgres', () => {
  let proxy: CuttingProxy;
  let system: SessionsUnderTest;
  let account: LinkedAccount;

  beforeAll(async () => {
    system = await SessionsUnderTest.start({
      settings: { LEASE_TTL_MS: '3000' },
      databaseUrl: async ({ url }) => {
        proxy = await CuttingProxy.start(url);
        return proxy.url;
      },
    });
    account = await system.linkedAccount();
  });
  afterAll(async () => {
    await system.stop();
    await proxy.stop();
  });

  it('keeps its sockets, stops sending, and goes on when Postgres is back', async () => {
    const { accountId, phone } = account;
    const contact = system.newPhone();
    const { epoch } = await system.leaseOf(accountId);
    const logins = async () =>
      (await system.sandbox.journal()).filter((entry) => entry.kind === 'login' && entry['phone'] === phone)
        .length;
    const before = await logins();
    proxy.down();
    await eventually(
      () =>
        system.value<boolean>('select expires_at < now() as value from session_lease where account_id = $1', [
          accountId,
        ]),
      soon,
    );
    await eventually(
      async () =>
        expect(await system.send(accountId, contact, 'Now?')).toMatchObject({ outcome: 'not_connected' }),
      soon,
    );
    proxy.up();
    await eventually(
      async () => expect(await system.send(accountId, contact, 'Back')).toMatchObject({ outcome: 'acked' }),
      soon,
    );
    expect(await system.leaseOf(accountId)).toMatchObject({ epoch });
    expect(await logins()).toBe(before);
    expect((await system.sandbox.shown(contact)).map(({ text }) => text)).toContain('Back');
  });
});
