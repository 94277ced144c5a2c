import type { LookUpReply, LookUpRequest, SendReply, SendRequest } from '@waypost/contracts';
import { uniform, within } from '@waypost/kernel';
import type { ConnectVerdict, Granted, Permit } from '../connecting/connect-gate.js';
import type { LeasedSession } from '../leasing/lease-keeper.js';
import type { Lease } from '../leasing/lease-table.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { ConnectionEvent, ConnectionOptions } from '../whatsapp/whatsapp-connection.js';
import type { AccountNow } from './account-record.js';
import {
  afterClose,
  afterOpen,
  CLIENT_TOO_OLD,
  NO_HISTORY,
  withClose,
  type CloseDecision,
} from './close-policy.js';
import { describeError } from './describe-error.js';
import { pairingEnd } from './pairing-end.js';
import { Sends, type SendingConnection, type SendingPorts } from './sends.js';
import { SessionReport, type ReportPorts } from './session-report.js';

/** The live connection, as a session uses it. */
export interface Connection extends SendingConnection {
  close(): Promise<void>;
  /** Ends the link at WhatsApp and closes. */
  logOut(): Promise<void>;
}

/** What a session needs of the world. */
export interface SessionPorts extends SendingPorts, ReportPorts {
  store: AccountStore;
  readAccount(): Promise<AccountNow>;
  /** Puts the former link's Signal state aside, so that a new link starts from nothing. */
  forgetLink(): Promise<void>;
  /** Puts the link in use again that ended last. */
  restoreLink(): Promise<void>;
  /** Asks for its turn. @throws when nobody can say */
  mayConnect(account: AccountNow): Promise<Permit>;
  connectEnded(permit: Granted, verdict: ConnectVerdict): Promise<void>;
  connect(
    account: AccountNow,
    options: Pick<ConnectionOptions, 'linkByCodeFor' | 'version' | 'on'>,
  ): Promise<Connection>;
  /** Whether the lease is still this pod's, as far as Postgres says. */
  holdsLease(): Promise<boolean>;
  /** Called once the account is connected, so that waiting messages go at once. */
  connected(): void;
  /** A connection ended with this code. */
  closed(code: number): void;
  /** The session has nothing more to do; the lease may be given back. */
  ended(): void;
}

export interface SessionLimits {
  leaseTtlMs: number;
  connectTimeoutMs: number;
}

type Closed = Extract<ConnectionEvent, { type: 'closed' }>;

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 3_000;
/** Left for closing and writing, of the time that a session has to stop; sends in flight may use the rest. */
const CLOSING_MS = 3_000;
/** How often in a row a log-out may fail at WhatsApp before the link is given up here alone. */
const MOST_LOG_OUTS = 5;

/**
 * One account's connection under one lease: links, connects, reconnects by reason, sends, logs out. See docs/states/session.md.
 *
 * Nothing here throws into the event loop: every reaction to the network is caught, and at worst closes this session's connection.
 */
export class Session implements LeasedSession {
  private account?: AccountNow;
  private connection?: Connection;
  /** The connection whose events count: those of an earlier one are late. */
  private attempt?: object;
  private permit?: Granted;
  private phase: 'idle' | 'linking' | 'connecting' | 'connected' | 'ended' = 'idle';
  private history = NO_HISTORY;
  private openedAt?: number;
  private loggingOut = false;
  /** When the wish was made that was seen to last. */
  private heeded?: string;
  private dropped = false;
  private timer?: NodeJS.Timeout;
  private leaseSeenAt = performance.now();
  private readonly sends: Sends;
  private readonly report: SessionReport;

  constructor(
    readonly lease: Lease,
    private readonly ports: SessionPorts,
    private readonly limits: SessionLimits,
  ) {
    this.sends = new Sends(ports, () => this.drop());
    this.report = new SessionReport(ports, () => this.drop());
  }

  /** The account's state as it was told last. */
  get state(): string {
    return this.report.state;
  }

  start(): void {
    this.findOut().then(
      () => this.guard('start', () => this.begin()),
      (error: unknown) => {
        this.ports.log('warn', 'session.not_started', { error: describeError(error) });
        if (this.phase !== 'ended') this.soon(() => this.start());
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
    await within(left(), this.report.flush());
    this.report.close();
  }

  /** The lease is lost: another pod may hold this account already. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.end();
    this.report.close();
    this.attempt = undefined;
    this.ports.store.leaseLost();
    this.connection?.terminate('lease lost');
    this.ports.ended();
  }

  /** Nothing of this account can be stored any more. Trying again would end the same way, so a person has to look. */
  halt(reason: string): void {
    if (this.phase === 'ended') return;
    this.attempt = undefined;
    this.connection?.terminate(reason);
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

  private async begin(): Promise<void> {
    const { account } = this;
    if (account?.wish) this.noteWish(account.wish);
    // A link that stopped gives way to a new one. Any other is used: it may just have been lost for a while.
    const givesWay = account?.pairing && (account.state === 'stopped' || account.state === 'conflict');
    return account?.linked && !givesWay ? this.connect() : this.link();
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
      return this.phase === 'connected' ? this.heedConnected(wish.kind) : this.connectNow();
    }
    if (!pairing || pairing.requestedAt === this.report.pairing?.requestedAt) return;
    this.report.pairing = pairing;
    // A new request to link starts over, unless the account is linked already.
    if (this.phase === 'connected') return this.report.progress({ state: 'linked' });
    if (this.phase !== 'linking') return;
    await this.closeConnection();
    await this.link();
  }

  private async heedConnected(wish: 'reconnect' | 'log_out'): Promise<void> {
    if (wish === 'reconnect') return this.report.tell({ state: 'connected' });
    return this.logOut();
  }

  /** Somebody wants it now: a wait, or a wait for its turn, ends. */
  private async connectNow(): Promise<void> {
    this.history = NO_HISTORY;
    if (this.phase === 'connecting' && !this.attempt) return this.connect();
  }

  private async connect(): Promise<void> {
    if (this.phase === 'ended') return;
    this.phase = 'connecting';
    const permit = await this.turn();
    if (this.isEnded()) return;
    if (permit === undefined) return this.soon(() => this.guard('connect', () => this.connect()));
    if (!permit.granted) {
      this.report.tell({ state: 'backing_off', reason: CLIENT_TOO_OLD });
      return this.later(permit.askAgainInMs, () => this.guard('connect', () => this.connect()));
    }
    this.report.tell({ state: 'connecting', reason: this.loggingOut ? LOGGING_OUT : undefined });
    this.later(permit.inMs, () => this.guard('connect', () => this.open(permit)));
  }

  private async link(): Promise<void> {
    const { pairing } = this.report;
    if (this.phase === 'ended') return;
    if (!pairing) return this.finish();
    this.phase = 'linking';
    await this.ports.forgetLink();
    const permit = await this.turn();
    if (this.isEnded()) return;
    if (permit === undefined) return this.soon(() => this.guard('link', () => this.link()));
    if (!permit.granted)
      return this.linkingEnded({ state: 'failed', detail: `${CLIENT_TOO_OLD}. Try again later.` });
    this.report.tell({ state: 'pairing' });
    this.report.progress({ state: 'waiting' });
    const linkByCodeFor = pairing.method === 'code' ? (pairing.phone?.replace(/\D/g, '') ?? '') : undefined;
    this.later(permit.inMs, () => this.guard('link', () => this.open(permit, linkByCodeFor)));
  }

  /** @returns undefined while it is not certain that the account is this pod's to connect */
  private async turn(): Promise<Permit | undefined> {
    if (!this.account || !this.leaseIsFresh()) return undefined;
    return this.ports.mayConnect(this.account).catch((error: unknown) => {
      this.ports.log('warn', 'session.no_turn', { error: describeError(error) });
      return undefined;
    });
  }

  private async open(permit: Granted, linkByCodeFor?: string): Promise<void> {
    if (this.phase === 'ended' || !this.account) return;
    const attempt = {};
    this.attempt = attempt;
    this.permit = permit;
    const connection = await this.ports.connect(this.account, {
      version: permit.version,
      linkByCodeFor,
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
        this.connectEnded('accepted');
        return this.report.progress({ state: 'waiting', qr: event.qr });
      case 'code':
        this.connectEnded('accepted');
        return this.report.progress({ state: 'waiting', code: event.code });
      case 'passkey_needed':
        await this.closeConnection();
        return this.linkingEnded(pairingEnd('passkey_needed'));
      case 'linked':
        // WhatsApp now asks to connect again (515); the account is linked when that connection opens.
        this.phase = 'connecting';
        return;
      case 'open':
        return this.opened(event);
      case 'acked':
        this.sends.answered(event.keyId, event.errorCode);
        return;
      case 'closed':
        return this.closed(event);
      default:
        return event satisfies never;
    }
  }

  private async opened({ identity }: Extract<ConnectionEvent, { type: 'open' }>): Promise<void> {
    if (this.phase === 'ended') return;
    clearTimeout(this.timer);
    this.connectEnded('accepted');
    this.phase = 'connected';
    this.openedAt = performance.now();
    this.ports.log('info', 'session.connected', {});
    if (this.loggingOut) return this.logOut();
    this.report.progress({ state: 'linked' });
    this.report.pairing = undefined;
    this.report.tell({ state: 'connected', identity });
    await this.report.flush();
    this.ports.connected();
  }

  private async closed({
    code,
    reason,
    banSeconds,
  }: Pick<Closed, 'code' | 'reason' | 'banSeconds'>): Promise<void> {
    clearTimeout(this.timer);
    this.connection = undefined;
    this.attempt = undefined;
    this.sends.connectionLost();
    this.ports.log('info', 'session.closed', { code, reason });
    this.ports.closed(code);
    this.connectEnded(code === 405 ? 'rejected' : 'unclear');
    if (this.phase === 'ended') return;
    if (this.phase === 'linking') {
      if (code === 405) return this.soon(() => this.guard('link', () => this.link()));
      return this.linkingEnded(pairingEnd(code));
    }
    if (this.openedAt !== undefined)
      this.history = afterOpen(this.history, performance.now() - this.openedAt);
    this.openedAt = undefined;
    const leaseIsOurs = code !== 440 || (await this.ports.holdsLease().catch(() => true));
    if (this.isEnded()) return;
    const decision = afterClose({ code, banSeconds, leaseIsOurs }, this.history);
    this.history = withClose(this.history, code);
    return this.follow(decision);
  }

  private async follow(decision: CloseDecision): Promise<void> {
    if (decision.do === 'drop') return this.drop();
    const hopeless = decision.do === 'stop' || this.history.failures >= MOST_LOG_OUTS;
    if (this.loggingOut && hopeless) return this.loggedOut(decision);
    this.phase = 'connecting';
    switch (decision.do) {
      case 'stop': {
        if (decision.alarm) this.ports.log('error', 'session.protocol_mismatch', { reason: decision.reason });
        if (decision.state === 'logged_out') return this.retire(decision.reason);
        const { resumeAfterMs } = decision;
        return this.giveUp(decision.state, decision.reason, resumeAfterMs);
      }
      case 'change_version':
        this.report.tell({ state: decision.state, reason: decision.reason });
        return this.soon(() => this.guard('connect', () => this.connect()));
      case 'reconnect': {
        const retryAt = decision.afterMs > 0 ? new Date(Date.now() + decision.afterMs) : undefined;
        this.report.tell({
          state: decision.state,
          reason: this.loggingOut ? LOGGING_OUT : decision.reason,
          retryAt,
        });
        return this.later(decision.afterMs, () => this.guard('reconnect', () => this.connect()));
      }
    }
  }

  private async logOut(): Promise<void> {
    this.report.tell({ state: 'connecting', reason: LOGGING_OUT });
    await within(CLOSING_MS, this.sends.ended());
    await this.connection?.logOut();
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
  private async retire(reason: string): Promise<void> {
    await this.ports.store.commit();
    if (this.isEnded()) return;
    this.report.progress({ state: 'failed', detail: sentence(reason) });
    this.report.tell({ state: 'logged_out', reason });
    this.end();
    await this.report.flush();
    this.drop();
  }

  private giveUp(state: 'stopped' | 'conflict', reason: string, resumeAfterMs?: number): void {
    const retryAt = resumeAfterMs === undefined ? undefined : new Date(Date.now() + resumeAfterMs);
    this.report.progress({ state: 'failed', detail: sentence(reason) });
    this.report.tell({ state, reason, retryAt });
    this.finish();
  }

  private linkingEnded(progress: ReturnType<typeof pairingEnd>): void {
    this.report.progress(progress);
    this.report.tell({ state: 'unlinked' });
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
    return ready ? this.connection : undefined;
  }

  private leaseIsFresh(): boolean {
    return performance.now() - this.leaseSeenAt < this.limits.leaseTtlMs;
  }

  private connectEnded(verdict: ConnectVerdict): void {
    const { permit } = this;
    this.permit = undefined;
    if (!permit) return;
    this.ports.connectEnded(permit, verdict).catch((error: unknown) => {
      this.ports.log('warn', 'session.verdict_not_told', { error: describeError(error) });
    });
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
      if (this.connection) return this.connection.terminate(`failed at ${what}`);
      void this.closed({ code: 503, reason: `failed at ${what}` });
    });
  }
}

const LOGGING_OUT = 'the account is being logged out';

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
