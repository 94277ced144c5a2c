import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { ConnectionEvent } from '../whatsapp/whatsapp-connection.js';
import type { AccountNow, AccountStatus, PairingProgress } from './account-record.js';
import type { Connection, SessionPorts } from './session-ports.js';
import { Session } from './session.js';

const LEASE_TTL_MS = 30_000;
const CONNECTED: ConnectionEvent = { type: 'open', identity: { phone: '+14155550100' } };

/** A session whose world is up to the test. */
class SessionInTest {
  account: AccountNow = { workspaceId: 'w', network: 'sandbox', state: 'connecting', linked: true };
  holdsLease = async () => true;
  close = async (): Promise<void> => void this.calls.push('close');
  mayConnect: SessionPorts['mayConnect'] = async () => ({
    granted: true,
    network: 'sandbox',
    version: '1.2.3',
    probe: false,
    inMs: 0,
  });
  readonly told: AccountStatus[] = [];
  readonly progress: PairingProgress[] = [];
  readonly calls: string[] = [];
  readonly logged: string[] = [];
  /** Of each connection that was opened. */
  readonly connections: Array<(event: ConnectionEvent) => void> = [];
  readonly session: Session;

  constructor() {
    const connection = {
      close: () => this.close(),
      terminate: () => void this.calls.push('terminate'),
      logOut: async () => void this.calls.push('logOut'),
    } as unknown as Connection;
    const ports: Partial<SessionPorts> = {
      store: {
        commit: async () => void this.calls.push('commit'),
        leaseLost: () => void this.calls.push('leaseLost'),
      } as unknown as AccountStore,
      readAccount: async () => this.account,
      forgetLink: async () => void this.calls.push('forgetLink'),
      restoreLink: async () => {
        this.account = { ...this.account, linked: true };
      },
      mayConnect: (account) => this.mayConnect(account),
      connectEnded: async () => undefined,
      connect: async (_account, { on }) => {
        this.connections.push(on);
        return connection;
      },
      holdsLease: () => this.holdsLease(),
      writeStatus: async (status) => {
        this.told.push(status);
        return true;
      },
      writePairing: async (_wish, progress) => void this.progress.push(progress),
      writeNewChatsLock: async () => undefined,
      connected: () => undefined,
      closed: () => undefined,
      log: (level, event) => void this.logged.push(`${level} ${event}`),
      ended: () => void this.calls.push('ended'),
    };
    this.session = new Session({ accountId: 'a', epoch: 1 } as never, ports as SessionPorts, {
      leaseTtlMs: LEASE_TTL_MS,
      connectTimeoutMs: 60_000,
    });
  }

  async start(): Promise<this> {
    this.session.leaseRenewed(performance.now());
    this.session.start();
    await this.after(0);
    return this;
  }

  async connected(): Promise<this> {
    await this.start();
    await this.happens(CONNECTED);
    return this;
  }

  /** Somebody asks to link it. */
  wantsToLink(requestedAt: string, linked = this.account.linked): void {
    this.account = { ...this.account, linked, pairing: { method: 'qr', phone: null, requestedAt } };
  }

  async linking(): Promise<this> {
    this.wantsToLink('1', false);
    await this.start();
    return this;
  }

  async happens(event: ConnectionEvent): Promise<void> {
    this.connections.at(-1)!(event);
    await this.after(0);
  }

  closes(code: number): Promise<void> {
    return this.happens({ type: 'closed', code, reason: 'test' });
  }

  async wishes(wish: AccountNow['wish']): Promise<void> {
    this.account = { ...this.account, wish };
    await this.isTold();
  }

  /** That somebody wants something. */
  async isTold(): Promise<void> {
    this.session.wished();
    await this.after(0);
  }

  /** Time goes by, and the lease is renewed. */
  async after(ms: number): Promise<void> {
    this.session.leaseRenewed(performance.now() + ms);
    await jest.advanceTimersByTimeAsync(ms);
  }

  get latest(): AccountStatus | undefined {
    return this.told.at(-1);
  }
}

describe('a session', () => {
  let world: SessionInTest;
  beforeEach(() => {
    jest.useFakeTimers();
    world = new SessionInTest();
  });
  afterEach(() => {
    jest.useRealTimers();
    // Whatever happened, it went along the table of states.
    expect(world.logged).not.toContain('error session.unexpected_state');
  });

  it('drops, and tells nothing, when another client took its place and the lease is another pod’s', async () => {
    await world.connected();
    world.holdsLease = async () => false;
    await world.closes(440);
    expect(world.calls).toEqual(expect.arrayContaining(['leaseLost', 'ended']));
    expect(world.latest).toMatchObject({ state: 'connected' });
  });

  it('takes the lease for its own while Postgres cannot say', async () => {
    await world.connected();
    world.holdsLease = async () => {
      throw new Error('away');
    };
    await world.closes(440);
    expect(world.latest).toMatchObject({
      state: 'backing_off',
      reason: 'another program took the connection over',
    });
  });

  it('ends in a conflict when two programs take the connection from each other', async () => {
    await world.connected();
    for (let time = 1; time <= 3; time++) {
      await world.closes(440);
      expect(world.latest).toMatchObject({ state: 'backing_off' });
      await world.after(30_100);
      await world.happens(CONNECTED);
    }
    await world.closes(440);
    expect(world.latest).toMatchObject({ state: 'conflict' });
    expect(world.calls.at(-1)).toBe('ended');
  });

  it('does not count it as a failure that Postgres is away', async () => {
    await world.connected();
    world.mayConnect = async () => {
      throw new Error('away');
    };
    await world.closes(503);
    await world.after(600_000);
    expect(world.latest).toMatchObject({ reason: 'the connection to WhatsApp was lost (503)' });
    const connections = world.connections.length;
    world.mayConnect = new SessionInTest().mayConnect;
    await world.after(5_000);
    expect(world.connections).toHaveLength(connections + 1);
  });

  it('does not connect with a lease that was not renewed', async () => {
    await world.connected();
    world.session.leaseRenewed(performance.now() - LEASE_TTL_MS);
    world.connections.at(-1)!({ type: 'closed', code: 428, reason: 'lost' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(world.connections).toHaveLength(1);
    await world.after(5_000);
    expect(world.connections).toHaveLength(2);
  });

  it('tries seldom after ten failures, and at once when somebody reconnects it', async () => {
    await world.start();
    for (let failure = 0; failure <= 10; failure++) {
      await world.closes(503);
      if (failure < 10) await world.after(60_000);
    }
    expect(world.latest?.reason).toContain('11 times in a row');
    const connections = world.connections.length;
    await world.after(200_000);
    expect(world.connections).toHaveLength(connections);
    await world.wishes({ kind: 'reconnect', madeAt: '1' });
    expect(world.connections).toHaveLength(connections + 1);
  });

  it('leaves a live connection alone when somebody reconnects it, and takes the wish off', async () => {
    await world.connected();
    await world.wishes({ kind: 'reconnect', madeAt: '1' });
    expect(world.connections).toHaveLength(1);
    expect(world.latest).toMatchObject({ state: 'connected', heeded: '1' });
  });

  it('sets an alarm off when it is at odds over the protocol', async () => {
    await world.connected();
    await world.closes(411);
    expect(world.logged).toContain('error session.protocol_mismatch');
  });

  it('puts nothing in the archive before all that it noted is written, and writes nothing afterwards', async () => {
    await world.connected();
    world.calls.length = 0;
    await world.closes(401);
    expect(world.latest).toMatchObject({ state: 'logged_out' });
    expect(world.calls).toEqual(['commit', 'leaseLost', 'ended']);
  });

  it('tries an archived link when somebody reconnects a logged-out account', async () => {
    world.account = {
      ...world.account,
      linked: false,
      state: 'logged_out',
      wish: { kind: 'reconnect', madeAt: '1' },
    };
    await world.connected();
    expect(world.latest).toMatchObject({ state: 'connected', heeded: '1' });
  });

  it('gives a log-out up when WhatsApp is away for long, and tells that the phone still shows the device', async () => {
    world.account = { ...world.account, wish: { kind: 'log_out', madeAt: '1' } };
    await world.start();
    for (let failure = 0; failure <= 5; failure++) {
      await world.closes(503);
      await world.after(60_000);
    }
    expect(world.latest).toMatchObject({
      state: 'logged_out',
      reason: expect.stringContaining('remove the device on the phone'),
      heeded: '1',
    });
  });

  it('logs out as soon as it is connected, and does not open its lane for a moment', async () => {
    world.account = { ...world.account, wish: { kind: 'log_out', madeAt: '1' } };
    await world.connected();
    expect(world.calls).toContain('logOut');
    await world.closes(401);
    expect(world.told.map(({ state }) => state)).not.toContain('connected');
    expect(world.latest).toMatchObject({
      state: 'logged_out',
      reason: 'somebody logged the account out here',
    });
  });

  it('abandons a link that is being made when somebody logs the account out', async () => {
    await world.linking();
    await world.wishes({ kind: 'log_out', madeAt: '2' });
    expect(world.calls).toContain('close');
    expect(world.latest).toMatchObject({ state: 'logged_out', heeded: '2' });
    expect(world.progress.at(-1)).toMatchObject({ state: 'failed' });
  });

  it('gives up linking with a sentence when no version of the client is accepted', async () => {
    world.wantsToLink('1', false);
    world.mayConnect = async () => ({ granted: false, askAgainInMs: 1_000 });
    await world.start();
    expect(world.progress.at(-1)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('version'),
    });
    expect(world.calls.at(-1)).toBe('ended');
    await world.after(60_000);
    expect(world.connections).toHaveLength(0);
  });

  it('shows each new QR, and says so when WhatsApp asked for it because the former one was scanned', async () => {
    await world.linking();
    await world.happens({ type: 'qr', qr: 'one', replaced: false });
    expect(world.progress.at(-1)).toEqual({ state: 'waiting', qr: 'one' });
    await world.happens({ type: 'qr', qr: 'two', replaced: true });
    expect(world.progress.at(-1)).toMatchObject({
      qr: 'two',
      detail: expect.stringContaining('Scan this one'),
    });
  });

  it('stays where it is while somebody links it, and may move when it is connected', async () => {
    await world.linking();
    expect(world.session.mayMove).toBe(false);
    await world.happens({ type: 'linked' });
    world.account = { ...world.account, linked: true };
    await world.closes(515);
    expect(world.session.mayMove).toBe(false);
    await world.after(10);
    await world.happens(CONNECTED);
    expect(world.progress.at(-1)).toEqual({ state: 'linked' });
    expect(world.session.mayMove).toBe(true);
  });

  it('ends linking with a sentence when WhatsApp does not know of the link', async () => {
    await world.linking();
    await world.happens({ type: 'linked' });
    await world.closes(515);
    await world.after(10);
    await world.closes(401);
    expect(world.progress.at(-1)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('did not accept the link'),
    });
  });

  it('ends linking with a sentence when it is told to stop', async () => {
    await world.linking();
    const stopped = world.session.stop(5_000);
    // The phone says yes in the last moment.
    await world.happens({ type: 'linked' });
    await stopped;
    expect(world.session.mayMove).toBe(false);
    expect(world.latest).toMatchObject({ state: 'unlinked' });
    expect(world.progress.at(-1)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('Start again'),
    });
  });

  it('answers at once who wants to link it while it backs off', async () => {
    await world.connected();
    await world.closes(503);
    world.wantsToLink('1');
    await world.isTold();
    const answer = { state: 'failed', detail: expect.stringContaining('still linked') };
    expect(world.progress).toEqual([answer]);
    await world.after(1_000);
    world.wantsToLink('2');
    await world.isTold();
    expect(world.progress).toHaveLength(1);
    await world.closes(503);
    expect(world.progress).toEqual([answer, answer]);
  });

  it('stops in time whatever does not end', async () => {
    await world.connected();
    world.close = () => new Promise(() => undefined);
    let stopped = false;
    void world.session.stop(5_000).then(() => (stopped = true));
    await world.after(5_001);
    expect(stopped).toBe(true);
    expect(world.latest).toMatchObject({
      state: 'connecting',
      reason: 'the connection moves to another instance',
    });
  });
});
