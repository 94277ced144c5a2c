import type { LookUpReply, LookUpRequest, SendReply, SendRequest } from '@waypost/contracts';
import { uniform, within } from '@waypost/kernel';
import { Dial } from '../connecting/dial.js';
import type { LeasedSession } from '../leasing/lease-keeper.js';
import type { Lease } from '../leasing/lease-table.js';
import type { ConnectionEvent } from '../whatsapp/whatsapp-connection.js';
import type { AccountNow, PairingProgress } from './account-record.js';
import { CLIENT_TOO_OLD, type CloseDecision } from './close-policy.js';
import { Closings } from './closings.js';
import { describeError } from './describe-error.js';
import { Linking } from './linking.js';
import { pairingEnd } from './pairing-end.js';
import { Sends } from './sends.js';
import type { Connection, SessionLimits, SessionPorts } from './session-ports.js';
import { SessionReport } from './session-report.js';

type Opened = Extract<ConnectionEvent, { type: 'open' }>;
type Closed = Extract<ConnectionEvent, { type: 'closed' }>;

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 3_000;
/** Left for closing and writing, of the time that a session has to stop; sends in flight may use the rest. */
const CLOSING_MS = 3_000;
/** How often in a row a log-out may fail at WhatsApp before the link is given up here alone. */
const MOST_LOG_OUTS = 5;
const LOGGING_OUT = 'the account is being logged out';

/**
 * One account's connection under one lease: links, connects, reconnects by reason, sends, logs out. See docs/states/session.md.
 *
 * Nothing here throws into the event loop: every reaction to the network is caught, and at worst closes this session's connection.
 */
export class Session implements LeasedSession {
  private account?: AccountNow;
  private phase: 'idle' | 'linking' | 'connecting' | 'connected' | 'ended' = 'idle';
  private readonly closings = new Closings();
  private loggingOut = false;
  /** When the wish was made that was seen to last. */
  private heeded?: string;
  private dropped = false;
  private timer?: NodeJS.Timeout;
  private leaseSeenAt = performance.now();
  private readonly dial: Dial<Connection, ConnectionEvent>;
  private readonly sends: Sends;
  private readonly report: SessionReport;
  private readonly linking: Linking;

  constructor(
    readonly lease: Lease,
    private readonly ports: SessionPorts,
    private readonly limits: SessionLimits,
  ) {
    this.dial = new Dial(
      (event) => this.guard(event.type, () => this.react(event)),
      (what, error) => ports.log('warn', 'session.not_connected', { what, error: describeError(error) }),
    );
    this.sends = new Sends(ports, () => this.drop());
    this.report = new SessionReport(ports, () => this.drop());
    const { dial, report } = this;
    this.linking = new Linking({
      ...{ ports, dial, report },
      turnOf: (account) => this.turnOf(account),
      isEnded: () => this.isEnded(),
      soon: (what, action) => this.soon(() => this.guard(what, action)),
      finish: () => this.finish(),
    });
  }

  /** The account's state as it was told last. */
  get state(): string {
    return this.report.state;
  }

  /** An account stays where somebody links it: the phone would lose sight of the device that it is about to accept. */
  get mayMove(): boolean {
    return (this.phase === 'connecting' || this.phase === 'connected') && !this.report.pairing;
  }

  start(): void {
    this.findOut().then(
      () => this.guard('start', () => this.begin()),
      (error: unknown) => {
        this.ports.log('warn', 'session.not_started', { error: describeError(error) });
        this.soon(() => this.start());
      },
    );
  }

  leaseRenewed(atMs: number): void {
    this.leaseSeenAt = atMs;
  }

  /** Looks up what somebody wants. Told again until it is done, so that a failure here costs nothing. */
  wished(): void {
    this.ports.readAccount().then(
      (account) => this.guard('wish', () => this.heed(account)),
      (error: unknown) => this.ports.log('warn', 'session.wish_not_read', { error: describeError(error) }),
    );
  }

  send(request: SendRequest): Promise<SendReply> {
    return this.sends.send(request, this.readyFor(request));
  }

  lookUp(request: LookUpRequest): Promise<LookUpReply> {
    return this.sends.lookUp(request, this.readyFor(request));
  }

  /** Finishes the sends in flight, closes, and makes durable what was noted. */
  async stop(withinMs: number): Promise<void> {
    const wasConnected = this.phase === 'connected' && !this.loggingOut;
    const wasLinking = this.phase === 'linking';
    const deadline = performance.now() + withinMs;
    const left = () => deadline - performance.now();
    this.end();
    if (this.dropped) return;
    await within(left() - CLOSING_MS, this.sends.ended());
    await within(left(), this.closeConnection());
    this.sends.connectionLost();
    await within(left(), this.ports.store.commit());
    if (wasConnected)
      this.report.tell({ state: 'connecting', reason: 'the connection moves to another instance' });
    if (wasLinking) this.linking.tellEnd(pairingEnd('instance_stops'));
    await within(left(), this.report.flush());
    this.report.close();
  }

  /** The lease is lost: another pod may hold this account already. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.end();
    this.report.close();
    this.ports.store.leaseLost();
    this.dial.hangUp()?.terminate('lease lost');
    this.sends.connectionLost();
    this.ports.ended();
  }

  /** Nothing of this account can be stored any more. Trying again would end the same way, so a person has to look. */
  halt(reason: string): void {
    if (this.phase === 'ended') return;
    this.dial.hangUp()?.terminate(reason);
    this.sends.connectionLost();
    this.giveUp('stopped', reason);
  }

  private async findOut(): Promise<void> {
    let account = await this.ports.readAccount();
    if (account.wish?.kind === 'reconnect' && !account.linked) {
      await this.ports.restoreLink();
      account = await this.ports.readAccount();
    }
    this.account = account;
    this.report.pairing = account.pairing;
  }

  private begin(): void | Promise<void> {
    const { account } = this;
    if (!account || this.phase === 'ended') return;
    if (account.wish) this.noteWish(account.wish);
    // A link that stopped gives way to a new one. Any other is used: it may just have been lost for a while.
    const givesWay = account.pairing && (account.state === 'stopped' || account.state === 'conflict');
    return account.linked && !givesWay ? this.connect(account) : this.link(account);
  }

  private noteWish({ kind, madeAt }: NonNullable<AccountNow['wish']>): void {
    this.heeded = madeAt;
    if (kind === 'log_out') this.loggingOut = true;
    // A log-out stays wished until it is done, whoever holds the account then.
    else this.report.heed(madeAt);
  }

  private async heed(account: AccountNow): Promise<void> {
    if (this.phase === 'ended') return;
    const { wish, pairing } = account;
    if (wish && wish.madeAt !== this.heeded) {
      this.noteWish(wish);
      return this.heedWish(wish.kind, account);
    }
    if (!pairing || pairing.requestedAt === this.report.pairing?.requestedAt) return;
    this.report.pairing = pairing;
    // A new request to link starts over, unless the account is linked already. Then it ends when the connection opens or fails.
    if (this.phase === 'connected') return this.report.endPairing({ state: 'linked' });
    if (this.phase !== 'linking') return this.report.endPairingIfBackingOff();
    await this.closeConnection();
    await this.link(account);
  }

  private async heedWish(wish: 'reconnect' | 'log_out', account: AccountNow): Promise<void> {
    if (this.phase === 'connected') {
      return wish === 'log_out' ? this.logOut() : this.report.tell({ state: 'connected' });
    }
    if (this.phase === 'linking') return wish === 'log_out' ? this.abandonLink() : undefined;
    // A wait ends.
    this.closings.forget();
    if (this.phase === 'connecting') this.connect(account);
  }

  private connect(account: AccountNow): void {
    if (this.phase === 'ended') return;
    this.phase = 'connecting';
    clearTimeout(this.timer);
    this.dial.begin({
      ...this.turnOf(account),
      connect: (version, on) => this.ports.connect(account, { version, on }),
      granted: () =>
        this.report.tell({ state: 'connecting', reason: this.loggingOut ? LOGGING_OUT : undefined }),
      refused: () => this.report.tell({ state: 'backing_off', reason: CLIENT_TOO_OLD }),
      openWithinMs: this.limits.connectTimeoutMs,
    });
  }

  private async link(account: AccountNow): Promise<void> {
    const { pairing } = this.report;
    if (!pairing) return this.finish();
    this.phase = 'linking';
    return this.linking.begin(account, pairing);
  }

  /** Nobody connects who is not certain that the account is this pod's to connect. */
  private turnOf(account: AccountNow) {
    return {
      mayConnect: async () => {
        if (!this.leaseIsFresh()) throw new Error('the lease was not renewed');
        return this.ports.mayConnect(account);
      },
      isCertain: () => this.leaseIsFresh(),
      connectEnded: this.ports.connectEnded,
    };
  }

  private async react(event: ConnectionEvent): Promise<void> {
    switch (event.type) {
      case 'qr':
      case 'code':
      case 'not_linkable':
        return this.linking.hear(event);
      case 'linked':
        // WhatsApp now asks to connect again (515); the account is linked when that connection opens.
        if (this.phase === 'linking') this.phase = 'connecting';
        return;
      case 'open':
        return this.opened(event);
      case 'progress':
        // Between the connection and whoever dialled.
        return;
      case 'acked':
        this.sends.answered(event.keyId, event.errorCode);
        return;
      case 'new_chats_locked':
        return this.report.newChatsLocked(event.until);
      case 'closed':
        return this.closed(event);
      default:
        return event satisfies never;
    }
  }

  private async opened({ identity }: Opened): Promise<void> {
    if (this.phase === 'ended') return;
    this.phase = 'connected';
    this.closings.opened();
    this.ports.log('info', 'session.connected', {});
    if (this.loggingOut) return this.logOut();
    this.report.endPairing({ state: 'linked' });
    this.report.tell({ state: 'connected', identity });
    await this.report.flush();
    this.ports.connected();
  }

  private async closed({ code, reason, banSeconds }: Omit<Closed, 'type'>): Promise<void> {
    clearTimeout(this.timer);
    this.sends.connectionLost();
    this.ports.log('info', 'session.closed', { code, reason });
    this.ports.closed(code);
    if (this.phase === 'ended' || !this.account) return;
    if (this.phase === 'linking') return this.linking.closed(code, this.account, this.report.pairing);
    this.closings.ended();
    const leaseIsOurs = code !== 440 || (await this.ports.holdsLease().catch(() => true));
    if (this.isEnded()) return;
    return this.follow(this.closings.decide({ code, banSeconds, leaseIsOurs }), this.account);
  }

  private async follow(decision: CloseDecision, account: AccountNow): Promise<void> {
    if (decision.do === 'drop') return this.drop();
    const hopeless = decision.do === 'stop' || this.closings.failures >= MOST_LOG_OUTS;
    if (this.loggingOut && hopeless) return this.loggedOut(decision);
    this.phase = 'connecting';
    switch (decision.do) {
      case 'stop':
        if (decision.alarm) this.ports.log('error', 'session.protocol_mismatch', { reason: decision.reason });
        return decision.state === 'logged_out'
          ? this.retire(decision.reason, pairingEnd(401))
          : this.giveUp(decision.state, decision.reason, decision.resumeAfterMs);
      case 'change_version':
        this.report.tell({ state: decision.state, reason: decision.reason });
        return this.soon(() => this.connect(account));
      case 'reconnect': {
        const retryAt = decision.afterMs > 0 ? new Date(Date.now() + decision.afterMs) : undefined;
        const reason = this.loggingOut ? LOGGING_OUT : decision.reason;
        this.report.tell({ state: decision.state, reason, retryAt });
        return this.later(decision.afterMs, () => this.connect(account));
      }
    }
  }

  private async logOut(): Promise<void> {
    this.report.tell({ state: 'connecting', reason: LOGGING_OUT });
    await within(CLOSING_MS, this.sends.ended());
    await this.dial.connection?.logOut();
  }

  /** Nobody wants the link that is being made. */
  private async abandonLink(): Promise<void> {
    await this.closeConnection();
    if (this.heeded) this.report.heed(this.heeded);
    return this.retire('somebody logged the account out here');
  }

  private loggedOut(decision: Exclude<CloseDecision, { do: 'drop' }>): Promise<void> {
    if (this.heeded) this.report.heed(this.heeded);
    const told = decision.do === 'stop' && decision.state === 'logged_out';
    return this.retire(
      told
        ? 'somebody logged the account out here'
        : 'somebody logged the account out here, but WhatsApp could not be told; remove the device on the phone',
    );
  }

  /** The link is over: nothing of it may be written once it is in the archive. */
  private async retire(reason: string, pairing = failed(reason)): Promise<void> {
    await this.ports.store.commit();
    if (this.isEnded()) return;
    this.report.endPairing(pairing);
    this.report.tell({ state: 'logged_out', reason });
    this.end();
    await this.report.flush();
    this.drop();
  }

  private giveUp(state: 'stopped' | 'conflict', reason: string, resumeAfterMs?: number): void {
    const retryAt = resumeAfterMs === undefined ? undefined : new Date(Date.now() + resumeAfterMs);
    this.report.endPairing(failed(reason));
    this.report.tell({ state, reason, retryAt });
    this.finish();
  }

  /** The connection, if it may be used for this request: open, and the lease surely ours. */
  private readyFor({ epoch, deadlineAt }: { epoch: number; deadlineAt: number }): Connection | undefined {
    const ready =
      this.phase === 'connected' &&
      !this.loggingOut &&
      this.leaseIsFresh() &&
      epoch === this.lease.epoch &&
      deadlineAt > Date.now();
    return ready ? this.dial.connection : undefined;
  }

  private leaseIsFresh(): boolean {
    return performance.now() - this.leaseSeenAt < this.limits.leaseTtlMs;
  }

  private async closeConnection(): Promise<void> {
    await this.dial.hangUp()?.close();
  }

  private finish(): void {
    this.end();
    this.dial.hangUp()?.terminate('no longer wanted');
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

  private soon(action: () => void): void {
    this.later(uniform(RETRY_MIN_MS, RETRY_MAX_MS), action);
  }

  private later(delayMs: number, action: () => void): void {
    clearTimeout(this.timer);
    if (this.phase !== 'ended') this.timer = setTimeout(action, delayMs);
  }

  private guard(what: string, action: () => Promise<void> | void): void {
    void (async () => action())().catch((error: unknown) => {
      this.ports.log('warn', 'session.failed', { what, error: describeError(error) });
      if (this.phase === 'ended') return;
      if (this.dial.connection) return this.dial.connection.terminate(`failed at ${what}`);
      this.dial.hangUp();
      this.guard('failure', () => this.closed({ code: 503, reason: `failed at ${what}` }));
    });
  }
}

/** @param reason a clause */
function failed(reason: string): PairingProgress {
  return { state: 'failed', detail: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` };
}
