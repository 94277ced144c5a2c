import { Logger } from '@nestjs/common';
import type { Sql } from '@waypost/lanes';
import type { AccountRecorder } from './account-recorder.js';
import { SweepLoop } from '../sweeping/sweep-loop.js';
import { listWaitingAccounts } from './account-events.js';

export interface EventRecorderOptions {
  sql: Sql;
  recorder: Pick<AccountRecorder, 'record'>;
  /** Called after each commit that made a delivery lane due. */
  onDeliveriesDue: () => void;
  /** Called after each commit that filled a bundle. */
  onBundlesDue: () => void;
  /** Accounts recorded at a time, each on a connection of its own. Default 4. */
  concurrency?: number;
  /** Longest pause between two looks for waiting events. Default 1,000. */
  sweepMs?: number;
}

const ACCOUNTS_PER_PAGE = 500;
const BEFORE_ALL_ACCOUNTS = '00000000-0000-0000-0000-000000000000';

/** Records waiting events of all accounts until it is stopped: at once when woken, else at the next sweep. */
export class EventRecorder {
  private readonly logger = new Logger('recording');
  private readonly concurrency: number;
  private readonly loop: SweepLoop;

  constructor(private readonly options: EventRecorderOptions) {
    this.concurrency = options.concurrency ?? 4;
    this.loop = new SweepLoop({
      name: 'recording',
      step: () => this.sweep(),
      everyMs: options.sweepMs ?? 1_000,
    });
  }

  /** @throws when it runs already */
  start(): void {
    this.loop.start();
  }

  wake(): void {
    this.loop.wake();
  }

  /** Returns when the transactions that were open have ended. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** One batch of each waiting account. @returns true when some account has more */
  private async sweep(): Promise<boolean> {
    let more = false;
    let after = BEFORE_ALL_ACCOUNTS;
    for (;;) {
      const accounts = await listWaitingAccounts(this.options.sql, after, ACCOUNTS_PER_PAGE);
      if (await this.recordAll(accounts)) more = true;
      if (accounts.length < ACCOUNTS_PER_PAGE || this.loop.isStopping) return more;
      after = accounts.at(-1)!;
    }
  }

  private async recordAll(accounts: string[]): Promise<boolean> {
    let more = false;
    const queue = accounts.values();
    const work = async () => {
      for (const accountId of queue) {
        if (this.loop.isStopping) return;
        if (await this.recordOne(accountId)) more = true;
      }
    };
    await Promise.all(Array.from({ length: this.concurrency }, work));
    return more;
  }

  private async recordOne(accountId: string): Promise<boolean> {
    try {
      const batch = await this.options.recorder.record(accountId);
      if (batch.deliveriesDue) this.options.onDeliveriesDue();
      if (batch.bundlesDue) this.options.onBundlesDue();
      return batch.more;
    } catch (error) {
      // The account's events wait for the next sweep; other accounts go on.
      this.logger.error({ msg: 'recording.failed', accountId, err: error });
      return false;
    }
  }
}
