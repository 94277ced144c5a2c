import { uniform, within } from '@waypost/kernel';
import { fairShare, surplus } from './fair-share.js';
import type { Lease, LeaseTable } from './lease-table.js';
import type { PodTable } from './pod-table.js';

/** What runs under a lease. */
export interface LeasedSession {
  /** The lease was seen valid at this time (monotonic milliseconds); sends rely on it. */
  leaseRenewed(atMs: number): void;
  /** Somebody wants something of this account: to link it, to connect it, to log it out. Told again until it is done. */
  wished(): void;
  /** Finishes what is in flight and closes; resolves when nothing of it runs any more, at the latest after `withinMs`. */
  stop(withinMs: number): Promise<void>;
  /** The lease is gone: close at once, write nothing. */
  drop(): void;
}

export interface LeaseKeeperOptions {
  renewEveryMs: number;
  /** How often to look for free accounts, and to share them out with the other pods. */
  shareEveryMs: number;
  /** Most accounts to hold. */
  room: number;
  /** Most accounts to take in one round. */
  claimAtOnce: number;
  /** How many sessions close at the same time when all of them are to. */
  closeAtOnce: number;
  /** Longest that a session may take to close when its account moves to another pod. */
  moveWithinMs: number;
  /** Starts the session of an account; `ended` must be called when it has nothing more to do, to give the lease back. */
  open: (lease: Lease, ended: () => void) => LeasedSession;
  /** A lease was given back: another pod can take the account now. */
  released: () => void;
  /** How many accounts want a session and have had none for a while, as seen in each round. */
  withoutOwner: (accounts: number) => void;
  failed: (what: string, error: unknown) => void;
}

type Round = 'renew' | 'share';

interface Held {
  lease: Lease;
  session: LeasedSession;
  closing?: Promise<void>;
}

/** So much of the time to drain is kept for the last statements. */
const LAST_WORDS_MS = 1_000;

/**
 * Holds the leases of this pod: renews them, takes free accounts up to its fair share, hands on what is clearly more, drops lost ones,
 * gives all back at the end. Each round is a few statements, whatever the number of accounts.
 */
export class LeaseKeeper {
  private readonly held = new Map<string, Held>();
  private readonly timers: Record<Round, NodeJS.Timeout | undefined> = { renew: undefined, share: undefined };
  private round: Promise<void> = Promise.resolve();
  private phase: 'running' | 'draining' | 'stopped' = 'running';

  constructor(
    private readonly leases: LeaseTable,
    private readonly pods: PodTable,
    private readonly options: LeaseKeeperOptions,
  ) {}

  start(): void {
    this.schedule('renew', this.options.renewEveryMs);
    this.wake();
  }

  /** Looks for accounts that want a session now instead of at the next round. */
  wake(): void {
    this.schedule('share', 0);
  }

  session(accountId: string): LeasedSession | undefined {
    return this.held.get(accountId)?.session;
  }

  list(): LeasedSession[] {
    return [...this.held.values()].map(({ session }) => session);
  }

  /**
   * Takes nothing new, closes the sessions, several at a time, and gives each lease back as its session is closed. What has not closed in
   * time is cut.
   */
  async drain(withinMs: number): Promise<void> {
    this.phase = 'draining';
    clearTimeout(this.timers.share);
    const deadline = performance.now() + withinMs - LAST_WORDS_MS;
    const left = () => Math.max(0, deadline - performance.now());
    await within(left(), this.round);
    await within(left(), this.beat().catch(this.failed('drain')));
    const waiting = [...this.held.keys()];
    const closer = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await this.close(id, left());
    };
    await within(left(), Promise.all(Array.from({ length: this.options.closeAtOnce }, closer)));
    this.phase = 'stopped';
    clearTimeout(this.timers.renew);
    const late = [...this.held.values()];
    for (const { session } of late) session.drop();
    const farewell = [...late.map((one) => this.release(one)), this.pods.leave().catch(this.failed('leave'))];
    await within(LAST_WORDS_MS, Promise.all(farewell));
  }

  private schedule(kind: Round, delayMs: number): void {
    if (this.phase === 'stopped' || (this.phase === 'draining' && kind === 'share')) return;
    clearTimeout(this.timers[kind]);
    this.timers[kind] = setTimeout(() => {
      const every = kind === 'renew' ? this.options.renewEveryMs : this.options.shareEveryMs;
      this.schedule(kind, uniform(every * 0.8, every));
      // Rounds follow each other, so that none sees the other's half-done work.
      this.round = this.round
        .then(() => (kind === 'renew' ? this.renew() : this.share()))
        .catch(this.failed(kind));
    }, delayMs);
  }

  private async renew(): Promise<void> {
    const leases = [...this.held.values()].map(({ lease }) => lease);
    const askedAt = performance.now();
    const kept = await this.leases.renew(leases);
    for (const { accountId, epoch } of leases) {
      const entry = this.held.get(accountId);
      if (!entry || entry.lease.epoch !== epoch) continue;
      if (kept.has(accountId)) entry.session.leaseRenewed(askedAt);
      else {
        this.held.delete(accountId);
        entry.session.drop();
      }
    }
  }

  private async share(): Promise<void> {
    if (this.phase !== 'running') return;
    const { wanting, withoutOwner, others } = await this.beat();
    this.options.withoutOwner(withoutOwner);
    const share = fairShare(wanting, [this.options.room, ...others.map(({ room }) => room)]);
    await this.claim(Math.min(share, this.options.room) - this.held.size);
    for (const accountId of await this.leases.wished([...this.held.keys()])) {
      this.held.get(accountId)?.session.wished();
    }
    // Those that were taken last: they have been here for the shortest time.
    const moving = [...this.held].filter(([, { closing }]) => !closing);
    for (const [accountId] of moving.slice(moving.length - surplus(moving.length, share, others))) {
      void this.close(accountId, this.options.moveWithinMs);
    }
  }

  private beat() {
    const draining = this.phase !== 'running';
    return this.pods.beat({ sessions: this.held.size, room: this.options.room, draining });
  }

  private async claim(room: number): Promise<void> {
    const askedAt = performance.now();
    const most = Math.min(this.options.claimAtOnce, room);
    for (const lease of await this.leases.claim(most, [...this.held.keys()])) {
      // What an earlier session of the account still has to say ends no later one.
      const ended = () => {
        if (this.held.get(lease.accountId)?.lease === lease)
          void this.close(lease.accountId, this.options.moveWithinMs);
      };
      const session = this.options.open(lease, ended);
      this.held.set(lease.accountId, { lease, session });
      session.leaseRenewed(askedAt);
    }
  }

  private async close(accountId: string, withinMs: number): Promise<void> {
    const entry = this.held.get(accountId);
    if (!entry) return;
    entry.closing ??= entry.session
      .stop(withinMs)
      .catch(this.failed('stop'))
      .then(() => this.release(entry));
    await entry.closing;
  }

  /** The account stays held until its lease is given back, so that no round takes it again meanwhile. */
  private async release(entry: Held): Promise<void> {
    await this.leases.release(entry.lease).catch(this.failed('release'));
    if (this.held.get(entry.lease.accountId) === entry) this.held.delete(entry.lease.accountId);
    this.options.released();
  }

  private failed(what: string): (error: unknown) => void {
    return (error) => this.options.failed(what, error);
  }
}
