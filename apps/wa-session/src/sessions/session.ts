import type { LookUpReply, LookUpRequest, SendFile, SendReply, SendRequest } from '@waypost/contracts';
import { within } from '@waypost/kernel';
import type { LeasedSession } from '../leasing/lease-keeper.js';
import type { Lease } from '../leasing/lease-table.js';
import type { AccountStore } from '../unit-of-work/account-store.js';
import type { ConnectionEvent, ConnectionOptions, FileToSend } from '../whatsapp/whatsapp-connection.js';
import type { AccountStatus, PairingProgress, PairingWish } from './account-record.js';
import { afterClose } from './close-policy.js';
import { LatestWriter } from './latest-writer.js';
import { SendRefused } from './send-refused.js';
import type { SentMessage } from './sent-messages.js';

/** The live connection, as a session uses it. */
export interface Connection {
  sendText(jid: string, keyId: string, text: string): Promise<void>;
  prepareFile(file: FileToSend): Promise<Buffer>;
  sendPrepared(jid: string, keyId: string, encoded: Buffer): Promise<void>;
  newChatsLockedUntil(): Promise<number | undefined>;
  lookUp(phoneJid: string): Promise<string | undefined>;
  close(): Promise<void>;
  terminate(reason: string): void;
}

/** What a session needs of the world. */
export interface SessionPorts {
  store: AccountStore;
  /** The wish to link this account that is still open. Progress is written against that very wish, not a later one. */
  loadPairing(): Promise<PairingWish | undefined>;
  isLinked(): Promise<boolean>;
  /** Forgets the Signal state of a former link. */
  forgetLink(): Promise<void>;
  connect(options: Pick<ConnectionOptions, 'linkByCodeFor' | 'on'>): Promise<Connection>;
  /** The content of a file that is to be sent. */
  readFile(fileId: string): Promise<Buffer | undefined>;
  findSent(keyId: string): Promise<SentMessage | undefined>;
  /** @returns what is kept under the key id; undefined when the lease is lost */
  keepSent(keyId: string, encoded: Buffer): Promise<Buffer | undefined>;
  /** @returns false when the lease is lost */
  writeStatus(status: AccountStatus): Promise<boolean>;
  writePairing(wish: PairingWish, progress: PairingProgress): Promise<void>;
  /** Called once the account is connected, so that waiting messages go at once. */
  connected(): void;
  log(level: 'info' | 'warn', event: string, fields: Record<string, unknown>): void;
  /** The session has nothing more to do; the lease may be given back. */
  ended(): void;
}

/** How a send ended, for whoever asked for it. */
type SendOutcome = Omit<SendReply, 'messageId'>;

export interface SessionLimits {
  leaseTtlMs: number;
  connectTimeoutMs: number;
  stopTimeoutMs: number;
}

const NEW_CHATS_LOCKED = '463';
/** What WhatsApp does not take by then, or Baileys cannot send, is the message's own fault: it must not hold up its account. */
const MOST_FAILED_TRIES = 5;
const MOST_FAILING = 1_000;
/** How long to ask WhatsApp for the end of a lock, when a message was refused because of it. */
const LOCK_QUESTION_MS = 2_000;
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
  private readonly acks = new Map<string, (outcome: SendOutcome) => void>();
  private readonly sending = new Map<string, Promise<SendReply>>();
  /** How often messages could not even be put on the wire, by key id. */
  private readonly failedTries = new Map<string, number>();
  private readonly status: LatestWriter<AccountStatus>;
  private readonly pairing: LatestWriter<{ wish: PairingWish; progress: PairingProgress }>;

  constructor(
    readonly lease: Lease,
    private readonly ports: SessionPorts,
    private readonly limits: SessionLimits,
  ) {
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
        this.ports.log('warn', 'session.not_started', { error: describe(error) });
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

  async send(request: SendRequest): Promise<SendReply> {
    const running = this.sending.get(request.keyId);
    if (running) return running;
    const reply = this.transmit(request)
      .catch((error: unknown) => {
        if (error instanceof SendRefused) {
          return { outcome: 'rejected' as const, code: error.code, reason: error.reason };
        }
        this.ports.log('warn', 'session.send_failed', {
          messageId: request.messageId,
          error: describe(error),
        });
        return this.wasLastTry(request.keyId)
          ? {
              outcome: 'rejected' as const,
              code: 'send_failed',
              reason: 'WhatsApp does not take this message',
            }
          : { outcome: 'unknown' as const };
      })
      .then((outcome) => ({ messageId: request.messageId, ...outcome }))
      .finally(() => this.sending.delete(request.keyId));
    this.sending.set(request.keyId, reply);
    return reply;
  }

  /** Finishes the sends in flight, closes, and makes durable what was noted. */
  async stop(): Promise<void> {
    const connected = this.phase === 'connected';
    this.end();
    if (this.dropped) return;
    await within(this.limits.stopTimeoutMs, Promise.allSettled([...this.sending.values()]));
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
        this.acks.get(event.keyId)?.(
          event.errorCode
            ? {
                outcome: 'rejected',
                code: event.errorCode,
                reason: `WhatsApp refused the message (${event.errorCode})`,
              }
            : { outcome: 'acked' },
        );
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
    for (const settle of this.acks.values()) settle({ outcome: 'unknown' });
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

  /** Asks WhatsApp whether a phone number is there, and under which address. */
  async lookUp(request: LookUpRequest): Promise<LookUpReply> {
    const connection = this.readyFor(request);
    if (!connection) return { outcome: 'not_connected' };
    try {
      const answer = await within(
        request.deadlineAt - Date.now(),
        connection.lookUp(request.jid).then((jid) => ({ jid })),
      );
      if (!answer) return { outcome: 'unknown' };
      return answer.jid === undefined ? { outcome: 'missing' } : { outcome: 'found', jid: answer.jid };
    } catch (error) {
      this.ports.log('warn', 'session.look_up_failed', { error: describe(error) });
      return { outcome: 'unknown' };
    }
  }

  /** The connection, if it may be used for this request: open, and the lease surely ours. */
  private readyFor({ epoch, deadlineAt }: { epoch: number; deadlineAt: number }): Connection | undefined {
    const leaseFresh = performance.now() - this.leaseSeenAt < this.limits.leaseTtlMs;
    const ready =
      this.phase === 'connected' && leaseFresh && epoch === this.lease.epoch && deadlineAt > Date.now();
    return ready ? this.connection : undefined;
  }

  private async transmit(request: SendRequest): Promise<SendOutcome> {
    const connection = this.readyFor(request);
    if (!connection) return { outcome: 'not_connected' };
    const encoded = request.file && (await this.prepare(connection, request, request.file));
    // Nothing has left; and when its caller has given up meanwhile, nothing may.
    if ((request.file && !encoded) || request.deadlineAt <= Date.now()) return { outcome: 'not_connected' };

    const { recipientJid, keyId, text, deadlineAt } = request;
    let written = false;
    const answered = new Promise<SendOutcome>((resolve) => this.acks.set(keyId, resolve));
    try {
      const sent = (
        encoded
          ? connection.sendPrepared(recipientJid, keyId, encoded)
          : connection.sendText(recipientJid, keyId, text)
      ).then(() => {
        written = true;
        return answered;
      });
      const reply = await within(deadlineAt - Date.now(), sent);
      if (reply?.code === NEW_CHATS_LOCKED) return { ...reply, ...(await this.lockOf(connection)) };
      if (reply) return reply;
      // Its caller gives up now and will try again: it must not leave later by itself.
      if (!written) connection.terminate('a send was not on the wire in time');
      return { outcome: 'unknown' };
    } finally {
      this.acks.delete(keyId);
    }
  }

  /**
   * The message of a file: the one of an earlier try, or a new one, uploaded and kept before it may be on the wire.
   * @returns undefined when it cannot be had now
   * @throws SendRefused when there is no such file
   */
  private async prepare(
    connection: Connection,
    { keyId, text, deadlineAt }: SendRequest,
    { fileId, kind, name, mimeType }: SendFile,
  ): Promise<Buffer | undefined> {
    const earlier = await this.ports.findSent(keyId);
    if (earlier && 'encoded' in earlier) return earlier.encoded;
    const content = await this.ports.readFile(fileId).catch((error: unknown) => {
      this.ports.log('warn', 'session.file_not_read', { error: describe(error) });
      return null;
    });
    // The store is away, for all files: that is not this one's fault.
    if (content === null) return undefined;
    if (!content)
      throw new SendRefused('file_missing', 'The file is not stored any more; send the message again');
    const prepared = await within(
      deadlineAt - Date.now(),
      connection.prepareFile({ kind, name, mimeType, content, caption: text }),
    ).catch((error: unknown) => this.ports.log('warn', 'session.upload_failed', { error: describe(error) }));
    if (!prepared) {
      if (this.wasLastTry(keyId)) throw new SendRefused('upload_failed', 'WhatsApp does not take this file');
      return undefined;
    }
    const kept = await this.ports.keepSent(keyId, prepared);
    if (!kept) this.drop();
    return kept;
  }

  /** Counts a try that failed. @returns whether no other is to follow */
  private wasLastTry(keyId: string): boolean {
    const tries = (this.failedTries.get(keyId) ?? 0) + 1;
    this.failedTries.delete(keyId);
    if (tries >= MOST_FAILED_TRIES) return true;
    this.failedTries.set(keyId, tries);
    if (this.failedTries.size > MOST_FAILING) this.failedTries.delete(this.failedTries.keys().next().value!);
    return false;
  }

  private async lockOf(connection: Connection): Promise<Pick<SendReply, 'newChatsLockedUntil'>> {
    const until = await within(
      LOCK_QUESTION_MS,
      connection.newChatsLockedUntil().catch(() => undefined),
    );
    return until === undefined ? {} : { newChatsLockedUntil: until };
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
      this.ports.log('warn', 'session.failed', { what, error: describe(error) });
      if (this.phase === 'ended') return;
      if (this.connection) return this.connection.terminate(`failed at ${what}`);
      void this.closed(503, `failed at ${what}`);
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
}
