import { uniform } from '@waypost/kernel';
import type { Lease, LeaseTable } from './lease-table.js';

/** What runs under a lease. */
export interface LeasedSession {
  /** The lease was seen valid at this time (monotonic milliseconds); sends rely on it. */
  leaseRenewed(atMs: number): void;
  /** Somebody asks to link this account. */
  pair(): void;
  /** Finishes what is in flight and closes; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
  /** The lease is gone: close at once, write nothing. */
  drop(): void;
}

export interface LeaseKeeperOptions {
  renewEveryMs: number;
  claimEveryMs: number;
  mostSessions: number;
  /** Most accounts to take in one round, so that a starting pod connects a few at a time. */
  claimAtOnce: number;
  /** Starts the session of an account; `ended` must be called when it has nothing more to do, to give the lease back. */
  open: (lease: Lease, ended: () => void) => LeasedSession;
  failed: (what: string, error: unknown) => void;
}

/**
 * Holds the leases of this pod: renews them, takes free accounts, hands lost ones back, releases all at the end. Each round is
 * one query of each kind, whatever the number of accounts.
 */
export class LeaseKeeper {
  private readonly held = new Map<string, { lease: Lease; session: LeasedSession }>();
  private readonly timers: Record<'renew' | 'claim', NodeJS.Timeout | undefined> = {
    renew: undefined,
    claim: undefined,
  };
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly table: LeaseTable,
    private readonly options: LeaseKeeperOptions,
  ) {}

  start(): void {
    this.schedule('renew', this.options.renewEveryMs);
    this.wake();
  }

  /** Looks for accounts that want a session now instead of at the next round. */
  wake(): void {
    this.schedule('claim', 0);
  }

  session(accountId: string): LeasedSession | undefined {
    return this.held.get(accountId)?.session;
  }

  get size(): number {
    return this.held.size;
  }

  /** Stops every session and gives the leases back. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timers.renew);
    clearTimeout(this.timers.claim);
    await this.round;
    await Promise.all([...this.held.keys()].map((accountId) => this.close(accountId)));
  }

  private schedule(kind: 'renew' | 'claim', delayMs: number): void {
    if (this.stopping) return;
    clearTimeout(this.timers[kind]);
    this.timers[kind] = setTimeout(() => {
      const every = kind === 'renew' ? this.options.renewEveryMs : this.options.claimEveryMs;
      this.schedule(kind, uniform(every * 0.8, every));
      // Rounds follow each other, so that none sees the other's half-done work.
      this.round = this.round
        .then(() => (this.stopping ? undefined : kind === 'renew' ? this.renew() : this.claim()))
        .catch((error: unknown) => this.options.failed(kind, error));
    }, delayMs);
  }

  private async renew(): Promise<void> {
    const leases = [...this.held.values()].map(({ lease }) => lease);
    const askedAt = performance.now();
    const kept = await this.table.renew(leases);
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

  private async claim(): Promise<void> {
    const room = Math.min(this.options.claimAtOnce, this.options.mostSessions - this.held.size);
    const askedAt = performance.now();
    for (const lease of await this.table.claim(room, [...this.held.keys()])) {
      const session = this.options.open(lease, () => void this.close(lease.accountId));
      this.held.set(lease.accountId, { lease, session });
      session.leaseRenewed(askedAt);
    }
    for (const accountId of await this.table.pairingRequested([...this.held.keys()])) {
      this.held.get(accountId)?.session.pair();
    }
  }

  private async close(accountId: string): Promise<void> {
    const entry = this.held.get(accountId);
    if (!entry) return;
    await entry.session.stop();
    if (this.held.get(accountId) === entry) this.held.delete(accountId);
    await this.table.release(entry.lease).catch((error: unknown) => this.options.failed('release', error));
  }
}
