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
  /** Whether it may be closed now so that another pod opens it. */
  readonly mayMove: boolean;
  /** Finishes what is in flight and closes; resolves when nothing of it runs any more, at the latest after `withinMs`. */
  stop(withinMs: number): Promise<void>;
  /** The lease is gone: close at once, write nothing. */
  drop(): void;
}

export interface LeaseKeeperOptions {
  renewEveryMs: number;
  /** How often to look for free accounts, and to share them out with the other pods. */
  shareEveryMs: number;
  /**
   * From so long after its start on, a pod that found as many free accounts as it takes in one round looks again at once: another one died.
   * Before that, pods that start together would not get to see each other.
   */
  hasteAfterMs: number;
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

/** After a round that failed, the next one comes at this pace at the latest: a lease that is not renewed runs out. */
const RETRY_MS = 2_000;
const HASTE_MS = 200;
/** So much of the time to drain is kept for the last statements. */
const LAST_WORDS_MS = 1_000;

/**
 * Holds the leases of this pod: renews them, takes free accounts up to its fair share, hands on what is clearly more, drops lost ones,
 * gives all back at the end. Each round is a few statements, whatever the number of accounts.
 */
export class LeaseKeeper {
  private readonly held = new Map<string, Held>();
  private readonly timers: Record<Round, NodeJS.Timeout | undefined> = { renew: undefined, share: undefined };
  private readonly running = new Map<Round, Promise<void>>();
  /** Somebody asked for a round while one ran. */
  private shareAgain = false;
  private startedAt = 0;
  private phase: 'running' | 'draining' | 'stopped' = 'running';

  constructor(
    private readonly leases: LeaseTable,
    private readonly pods: PodTable,
    private readonly options: LeaseKeeperOptions,
  ) {}

  start(): void {
    this.startedAt = performance.now();
    this.schedule('renew', this.options.renewEveryMs);
    this.wake();
  }

  /** Looks for accounts that want a session now instead of at the next round. */
  wake(): void {
    if (this.running.has('share')) this.shareAgain = true;
    else this.schedule('share', 0);
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
    await within(left(), Promise.all(this.running.values()));
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
    this.timers[kind] = setTimeout(() => this.running.set(kind, this.run(kind)), delayMs);
  }

  /** One round of a kind at a time, however slow Postgres is: the next one follows when this one has ended. */
  private async run(kind: Round): Promise<void> {
    const every = kind === 'renew' ? this.options.renewEveryMs : this.options.shareEveryMs;
    if (kind === 'share') this.shareAgain = false;
    let next = every;
    try {
      if (kind === 'renew') await this.renew();
      else if (await this.share()) next = Math.min(every, HASTE_MS);
    } catch (error) {
      this.failed(kind)(error);
      next = Math.min(every, RETRY_MS);
    }
    this.running.delete(kind);
    const atOnce = kind === 'share' && this.shareAgain;
    this.schedule(kind, atOnce ? 0 : uniform(next * 0.8, next));
  }

  private async renew(): Promise<void> {
    const leases = [...this.held.values()].map(({ lease }) => lease);
    const askedAt = performance.now();
    const kept = await this.leases.renew(leases);
    for (const { accountId, epoch } of leases) {
      const entry = this.held.get(accountId);
      if (!entry || entry.lease.epoch !== epoch) continue;
      const renewed = kept.get(accountId);
      if (renewed) entry.session.leaseRenewed(askedAt);
      else if (renewed === undefined) {
        this.held.delete(accountId);
        entry.session.drop();
      }
    }
  }

  /** @returns whether the next round is to follow at once */
  private async share(): Promise<boolean> {
    if (this.phase !== 'running') return false;
    const { wanting, withoutOwner, others, former } = await this.beat();
    this.options.withoutOwner(withoutOwner);
    const share = fairShare(wanting, [this.options.room, ...others.map(({ room }) => room)]);
    const claimed = await this.claim(Math.min(share, this.options.room) - this.held.size, former);
    for (const accountId of await this.leases.wished([...this.held.keys()])) {
      this.held.get(accountId)?.session.wished();
    }
    const staying = [...this.held].filter(([, { closing }]) => !closing);
    const tooMany = surplus(staying.length, share, others);
    // Those that were taken last: they have been here for the shortest time.
    const moving = staying.filter(([, { session }]) => session.mayMove).reverse();
    for (const [accountId] of moving.slice(0, tooMany)) void this.close(accountId, this.options.moveWithinMs);
    const settled = performance.now() - this.startedAt >= this.options.hasteAfterMs;
    return settled && claimed === this.options.claimAtOnce;
  }

  private beat() {
    const draining = this.phase !== 'running';
    return this.pods.beat({ sessions: this.held.size, room: this.options.room, draining });
  }

  /** @returns how many it took */
  private async claim(room: number, former: string[]): Promise<number> {
    const askedAt = performance.now();
    const most = Math.min(this.options.claimAtOnce, room);
    const leases = await this.leases.claim(most, [...this.held.keys()], former);
    for (const lease of leases) {
      // What an earlier session of the account still has to say ends no later one.
      const ended = () => {
        if (this.held.get(lease.accountId)?.lease === lease)
          void this.close(lease.accountId, this.options.moveWithinMs);
      };
      const session = this.options.open(lease, ended);
      this.held.set(lease.accountId, { lease, session });
      session.leaseRenewed(askedAt);
    }
    return leases.length;
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
