import type { LookUpReply, LookUpRequest, SendReply, SendRequest } from '@waypost/contracts';
import { within } from '@waypost/kernel';
import type { LeasedSession } from '../leasing/lease-keeper.js';
import type { Lease } from '../leasing/lease-table.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { ConnectionEvent, ConnectionOptions } from '../whatsapp/whatsapp-connection.js';
import type { AccountStatus, PairingProgress, PairingWish } from './account-record.js';
import { afterClose } from './close-policy.js';
import { LatestWriter } from './latest-writer.js';
import { describeError } from './describe-error.js';
import { Sends, type SendingConnection, type SendingPorts } from './sends.js';

/** The live connection, as a session uses it. */
export interface Connection extends SendingConnection {
  close(): Promise<void>;
}

/** What a session needs of the world. */
export interface SessionPorts extends SendingPorts {
  store: AccountStore;
  /** The wish to link this account that is still open. Progress is written against that very wish, not a later one. */
  loadPairing(): Promise<PairingWish | undefined>;
  isLinked(): Promise<boolean>;
  /** Forgets the Signal state of a former link. */
  forgetLink(): Promise<void>;
  connect(options: Pick<ConnectionOptions, 'linkByCodeFor' | 'on'>): Promise<Connection>;
  /** @returns false when the lease is lost */
  writeStatus(status: AccountStatus): Promise<boolean>;
  writePairing(wish: PairingWish, progress: PairingProgress): Promise<void>;
  /** Called once the account is connected, so that waiting messages go at once. */
  connected(): void;
  /** The session has nothing more to do; the lease may be given back. */
  ended(): void;
}

export interface SessionLimits {
  leaseTtlMs: number;
  connectTimeoutMs: number;
  stopTimeoutMs: number;
}

const QR_REFERENCES_USED_UP = 408;
const START_RETRY_MS = 1_000;

/**
 * One account's connection under one lease: links, connects, reconnects by reason, sends. See docs/states/session.md.
 *
 * Nothing here throws into the event loop: every reaction to the network is caught, and at worst closes this session's connection.
 */
export class Session implements LeasedSession {
  private connection?: Connection;
  /** The connection whose events count: those of an earlier one are late. */
  private attempt?: object;
  private phase: 'idle' | 'linking' | 'connecting' | 'connected' | 'ended' = 'idle';
  private wish?: PairingWish;
  private history = { failures: 0, replaced: 0 };
  private dropped = false;
  private timer?: NodeJS.Timeout;
  private leaseSeenAt = performance.now();
  private readonly sends: Sends;
  private readonly status: LatestWriter<AccountStatus>;
  private readonly pairing: LatestWriter<{ wish: PairingWish; progress: PairingProgress }>;

  constructor(
    readonly lease: Lease,
    private readonly ports: SessionPorts,
    private readonly limits: SessionLimits,
  ) {
    this.sends = new Sends(ports, () => this.drop());
    const failed = (error: unknown) =>
      ports.log('warn', 'session.status_not_written', { error: String(error) });
    this.status = new LatestWriter(async (value) => {
      if (!(await ports.writeStatus(value))) this.drop();
    }, failed);
    this.pairing = new LatestWriter(({ wish, progress }) => ports.writePairing(wish, progress), failed);
  }

  start(): void {
    this.findOut().then(
      (linked) => this.guard('start', () => (linked ? this.connect() : this.link())),
      (error: unknown) => {
        this.ports.log('warn', 'session.not_started', { error: describeError(error) });
        if (this.phase !== 'ended') this.later(START_RETRY_MS, () => this.start());
      },
    );
  }

  leaseRenewed(atMs: number): void {
    this.leaseSeenAt = atMs;
  }

  /** A new request to link starts over, unless the account is linked already. */
  pair(): void {
    this.guard('pair', async () => {
      const wish = await this.ports.loadPairing();
      if (!wish || wish.requestedAt === this.wish?.requestedAt) return;
      this.wish = wish;
      if (this.phase === 'connected') return this.progress({ state: 'linked' });
      if (this.phase !== 'linking') return;
      await this.closeConnection();
      await this.link();
    });
  }

  send(request: SendRequest): Promise<SendReply> {
    return this.sends.send(request, this.readyFor(request));
  }

  lookUp(request: LookUpRequest): Promise<LookUpReply> {
    return this.sends.lookUp(request, this.readyFor(request));
  }

  /** Finishes the sends in flight, closes, and makes durable what was noted. */
  async stop(): Promise<void> {
    const connected = this.phase === 'connected';
    this.end();
    if (this.dropped) return;
    await within(this.limits.stopTimeoutMs, this.sends.ended());
    await within(this.limits.stopTimeoutMs, this.closeConnection());
    await within(this.limits.stopTimeoutMs, this.ports.store.commit());
    if (connected)
      this.status.put({ state: 'connecting', reason: 'The connection moves to another instance' });
    await within(this.limits.stopTimeoutMs, Promise.all([this.status.flush(), this.pairing.flush()]));
  }

  /** The lease is lost: another pod may hold this account already. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.end();
    this.status.close();
    this.pairing.close();
    this.attempt = undefined;
    this.ports.store.discard('lease lost');
    this.connection?.terminate('lease lost');
    this.ports.ended();
  }

  /** Whether the account is linked, and whether somebody wants to link it. */
  private async findOut(): Promise<boolean> {
    this.wish = await this.ports.loadPairing();
    return this.ports.isLinked();
  }

  private async connect(): Promise<void> {
    if (this.phase === 'ended') return;
    this.phase = 'connecting';
    this.status.put({ state: 'connecting' });
    await this.open({});
  }

  private async link(): Promise<void> {
    const { wish } = this;
    if (this.phase === 'ended') return;
    if (!wish) return this.finish();
    await this.ports.forgetLink();
    if (this.isEnded()) return;
    this.phase = 'linking';
    this.status.put({ state: 'pairing' });
    this.progress({ state: 'waiting' });
    await this.open(wish.method === 'code' ? { linkByCodeFor: wish.phone?.replace(/\D/g, '') ?? '' } : {});
  }

  private async open(how: Pick<ConnectionOptions, 'linkByCodeFor'>): Promise<void> {
    const attempt = {};
    this.attempt = attempt;
    const connection = await this.ports.connect({
      ...how,
      on: (event) => {
        if (this.attempt === attempt) this.guard(event.type, () => this.react(event));
      },
    });
    if (this.attempt !== attempt) return connection.terminate('no longer wanted');
    this.connection = connection;
    if (this.phase !== 'connecting') return;
    this.later(this.limits.connectTimeoutMs, () => connection.terminate('not open in time'));
  }

  private async react(event: ConnectionEvent): Promise<void> {
    switch (event.type) {
      case 'qr':
        return this.progress({ state: 'waiting', qr: event.qr });
      case 'code':
        return this.progress({ state: 'waiting', code: event.code });
      case 'linked':
        // WhatsApp now asks to connect again (515); the account is linked when that connection opens.
        this.phase = 'connecting';
        return;
      case 'open':
        if (this.phase === 'ended') return;
        clearTimeout(this.timer);
        this.phase = 'connected';
        this.history = { failures: 0, replaced: 0 };
        this.progress({ state: 'linked' });
        this.wish = undefined;
        this.status.put({ state: 'connected', identity: event.identity });
        await this.status.flush();
        this.ports.log('info', 'session.connected', {});
        this.ports.connected();
        return;
      case 'acked':
        this.sends.answered(event.keyId, event.errorCode);
        return;
      case 'closed':
        return this.closed(event.code, event.reason);
      default:
        return event satisfies never;
    }
  }

  private async closed(code: number, reason: string): Promise<void> {
    clearTimeout(this.timer);
    this.connection = undefined;
    this.attempt = undefined;
    this.sends.connectionLost();
    this.ports.log('info', 'session.closed', { code, reason });
    if (this.phase === 'ended') return;
    if (this.phase === 'linking') {
      this.progress(
        code === QR_REFERENCES_USED_UP
          ? {
              state: 'expired',
              detail: 'Nobody linked a phone in time. Start again when the phone is at hand.',
            }
          : { state: 'failed', detail: 'The connection was lost while linking. Start again.' },
      );
      this.status.put({ state: 'unlinked' });
      return this.finish();
    }
    const decision = afterClose(code, this.history);
    this.history.failures += 1;
    if (code === 440) this.history.replaced += 1;
    if (decision.do === 'stop') {
      this.progress({ state: 'failed', detail: decision.reason });
      this.status.put({ state: decision.state, reason: decision.reason });
      return this.finish();
    }
    this.phase = 'connecting';
    const retryAt = decision.afterMs > 0 ? new Date(Date.now() + decision.afterMs) : undefined;
    this.status.put({ state: decision.state, reason: decision.reason, retryAt });
    this.later(decision.afterMs, () => this.guard('reconnect', () => this.connect()));
  }

  /** The connection, if it may be used for this request: open, and the lease surely ours. */
  private readyFor({ epoch, deadlineAt }: { epoch: number; deadlineAt: number }): Connection | undefined {
    const leaseFresh = performance.now() - this.leaseSeenAt < this.limits.leaseTtlMs;
    const ready =
      this.phase === 'connected' && leaseFresh && epoch === this.lease.epoch && deadlineAt > Date.now();
    return ready ? this.connection : undefined;
  }

  private progress(progress: PairingProgress): void {
    if (this.wish) this.pairing.put({ wish: this.wish, progress });
  }

  private async closeConnection(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    this.attempt = undefined;
    await connection?.close();
  }

  private finish(): void {
    this.end();
    this.ports.ended();
  }

  /** Asked again after a pause, in which it may have been stopped. */
  private isEnded(): boolean {
    return this.phase === 'ended';
  }

  private end(): void {
    this.phase = 'ended';
    clearTimeout(this.timer);
  }

  private later(delayMs: number, action: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, delayMs);
  }

  private guard(what: string, action: () => Promise<void>): void {
    action().catch((error: unknown) => {
      this.ports.log('warn', 'session.failed', { what, error: describeError(error) });
      if (this.phase === 'ended') return;
      if (this.connection) return this.connection.terminate(`failed at ${what}`);
      void this.closed(503, `failed at ${what}`);
    });
  }
}
