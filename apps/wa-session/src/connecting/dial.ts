import { uniform } from '@waypost/kernel';
import type { ConnectVerdict, Granted, Permit } from './connect-gate.js';

/** What a connection tells, as far as dialling cares. `progress`: it is not open yet, and gets on; this goes no further. */
type DialEvent = { type: string } | { type: 'closed'; code: number; reason: string };

export interface Dialled {
  close(): Promise<void>;
  /** Cuts it at once; its `closed` event follows. */
  terminate(reason: string): void;
}

/** One wish to be connected. */
export interface Call<C extends Dialled, E extends DialEvent> {
  /** Asks for its turn. @throws when nobody can say */
  mayConnect(): Promise<Permit>;
  /** Whether it may still connect when its turn has come: that may be long after it asked. */
  isCertain(): boolean;
  /** Its turn has come. */
  connect(version: string, on: (event: E) => void): Promise<C>;
  connectEnded(permit: Granted, verdict: ConnectVerdict): Promise<void>;
  /** Its turn is known, and comes by itself. */
  granted(): void;
  /** No version of the client is accepted. It asks again by itself, unless it is hung up. */
  refused(): void;
  /**
   * Longest that it may take until it is open, from its beginning or its latest `progress` on; over all, so often that time (`MOST_PATIENCE`).
   * Absent: it may stay without being open for as long as it likes.
   */
  openWithinMs?: number;
}

const ASK_AGAIN_MIN_MS = 1_000;
const ASK_AGAIN_MAX_MS = 3_000;

/** Shows that the network accepts the version. */
const ACCEPTED = ['qr', 'code', 'open'];
/** What waited at WhatsApp may be a lot, and a connection that is working through it is not cut. */
const MOST_PATIENCE = 10;
const CLIENT_TOO_OLD = 405;
const FAILED = 503;

/**
 * The one connection that an account may have: waits for its turn, opens, and tells what happens to it. While there is one, or one is under way, no other
 * is begun; events of an earlier one go nowhere.
 */
export class Dial<C extends Dialled, E extends DialEvent> {
  connection?: C;
  private call?: Call<C, E>;
  private permit?: Granted;
  private timer?: NodeJS.Timeout;
  /** When the connection must be open at the latest (monotonic milliseconds), while it is not. */
  private openBy?: number;

  /** @param failed what could not be done, for the log */
  constructor(
    private readonly happened: (event: E | { type: 'closed'; code: number; reason: string }) => void,
    private readonly failed: (what: string, error: unknown) => void,
  ) {}

  begin(call: Call<C, E>): void {
    if (this.call) return;
    this.call = call;
    void this.wait(call);
  }

  /** Ends the wait, and forgets the connection: nothing more is heard of it. @returns the connection, if there was one */
  hangUp(): C | undefined {
    const { connection } = this;
    clearTimeout(this.timer);
    this.openBy = undefined;
    this.tell('unclear');
    this.call = undefined;
    this.connection = undefined;
    return connection;
  }

  private async wait(call: Call<C, E>): Promise<void> {
    const permit = await call.mayConnect().catch((error: unknown) => {
      this.failed('turn', error);
      return undefined;
    });
    if (this.call !== call) {
      if (permit?.granted) this.report(call, permit, 'unclear');
      return;
    }
    if (!permit) return this.later(uniform(ASK_AGAIN_MIN_MS, ASK_AGAIN_MAX_MS), () => this.wait(call));
    if (!permit.granted) {
      this.later(permit.askAgainInMs, () => this.wait(call));
      return call.refused();
    }
    this.permit = permit;
    this.later(permit.inMs, () => this.open(call, permit.version));
    call.granted();
  }

  private async open(call: Call<C, E>, version: string): Promise<void> {
    if (!call.isCertain()) {
      this.tell('unclear');
      return this.wait(call);
    }
    try {
      const connection = await call.connect(version, (event) => {
        if (this.call === call) this.hear(event);
      });
      if (this.call !== call) return connection.terminate('no longer wanted');
      this.connection = connection;
      this.openBy = performance.now() + MOST_PATIENCE * (call.openWithinMs ?? Infinity);
      this.progressed();
    } catch (error) {
      this.failed('connect', error);
      if (this.call !== call) return;
      this.hangUp();
      this.happened({ type: 'closed', code: FAILED, reason: 'could not connect' });
    }
  }

  private hear(event: E): void {
    if (event.type === 'progress') return this.progressed();
    if (ACCEPTED.includes(event.type)) this.tell('accepted');
    if (event.type === 'open') {
      clearTimeout(this.timer);
      this.openBy = undefined;
    }
    if ('code' in event && event.type === 'closed') {
      if (event.code === CLIENT_TOO_OLD) this.tell('rejected');
      this.hangUp();
    }
    this.happened(event);
  }

  private progressed(): void {
    const { call, connection, openBy } = this;
    if (call?.openWithinMs === undefined || !connection || openBy === undefined) return;
    const left = Math.min(call.openWithinMs, openBy - performance.now());
    this.later(left, async () => connection.terminate('not open in time'));
  }

  /** Tells how the connect went, once. */
  private tell(verdict: ConnectVerdict): void {
    const { permit, call } = this;
    this.permit = undefined;
    if (permit && call) this.report(call, permit, verdict);
  }

  private report(call: Call<C, E>, permit: Granted, verdict: ConnectVerdict): void {
    call.connectEnded(permit, verdict).catch((error: unknown) => this.failed('verdict', error));
  }

  private later(delayMs: number, action: () => Promise<void>): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void action(), delayMs);
  }
}
