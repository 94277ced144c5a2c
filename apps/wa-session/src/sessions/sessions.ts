import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  subjects,
  type LookUpReply,
  type LookUpRequest,
  type SendReply,
  type SendRequest,
} from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { Database } from '@waypost/persistence';
import { LeaseKeeper } from '../leasing/lease-keeper.js';
import { LeaseTable } from '../leasing/lease-table.js';
import { PodTable } from '../leasing/pod-table.js';
import { WaSessionConfig } from '../wa-session.config.js';
import { SessionFactory } from './session-factory.js';
import { SessionMetrics } from './session-metrics.js';
import { Session } from './session.js';

export const SHARING = { shareEveryMs: 2_000, claimAtOnce: 50 };
/** So many rounds without a heartbeat, and a former process under the name of this pod is dead. */
const DEAD_AFTER_ROUNDS = 3;
const CLOSE_AT_ONCE = 20;
const MOVE_WITHIN_MS = 10_000;

/** All sessions of this pod, under their leases. */
@Injectable()
export class Sessions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('session');
  private readonly keeper: LeaseKeeper;

  constructor(
    @Inject(WaSessionConfig) private readonly config: WaSessionConfig,
    @Inject(Database) { pool }: Database,
    @Inject(Messenger) messenger: Messenger,
    @Inject(SessionFactory) private readonly factory: SessionFactory,
    @Inject(SessionMetrics) metrics: SessionMetrics,
  ) {
    const { processName, leaseTtlMs } = config;
    const renewEveryMs = leaseTtlMs / 3;
    const shareEveryMs = Math.min(SHARING.shareEveryMs, leaseTtlMs / 6);
    const leases = new LeaseTable(pool, processName, { ttlMs: leaseTtlMs, answerMs: renewEveryMs });
    const pods = new PodTable(pool, processName, {
      // Heard of several times before a pod counts as gone, which is before its leases run out.
      livesMs: leaseTtlMs / 2,
      restartsMs: DEAD_AFTER_ROUNDS * shareEveryMs,
      answerMs: renewEveryMs,
    });
    this.keeper = new LeaseKeeper(leases, pods, {
      renewEveryMs,
      shareEveryMs,
      hasteAfterMs: leaseTtlMs,
      room: config.maxSessions,
      claimAtOnce: SHARING.claimAtOnce,
      closeAtOnce: CLOSE_AT_ONCE,
      moveWithinMs: MOVE_WITHIN_MS,
      open: (lease, ended) => factory.open(lease, { holdsLease: () => leases.holds(lease), ended }),
      released: () => messenger.hint(subjects.accountsChanged),
      withoutOwner: (accounts) => metrics.withoutOwner(accounts),
      failed: (what, error) => this.logger.warn({ msg: 'lease.round_failed', what, error: String(error) }),
    });
    metrics.watch(() =>
      this.keeper.list().map((session) => (session instanceof Session ? session.state : '')),
    );
  }

  onApplicationBootstrap(): void {
    this.keeper.start();
  }

  /** Nothing new is taken, and what this pod holds goes to the others. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.keeper.drain(this.config.drainMs);
    await this.factory.close();
  }

  wake(): void {
    this.keeper.wake();
  }

  async send(request: SendRequest): Promise<SendReply> {
    const session = this.keeper.session(request.accountId);
    if (!(session instanceof Session)) return { messageId: request.messageId, outcome: 'not_connected' };
    return session.send(request);
  }

  async lookUp(request: LookUpRequest): Promise<LookUpReply> {
    const session = this.keeper.session(request.accountId);
    return session instanceof Session ? session.lookUp(request) : { outcome: 'not_connected' };
  }
}
