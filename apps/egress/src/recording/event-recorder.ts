import { Logger } from '@nestjs/common';
import type { Sql } from '@waypost/lanes';
import type { AccountRecorder } from './account-recorder.js';
import { listWaitingAccounts } from './account-events.js';

export interface EventRecorderOptions {
  sql: Sql;
  recorder: Pick<AccountRecorder, 'record'>;
  /** Called after each commit that made a delivery lane due. */
  onDeliveriesDue: () => void;
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
  private readonly sweepMs: number;
  private running?: Promise<void>;
  private stopping = false;
  /** Events may have come since the sweep that is going on began. */
  private woken = false;
  private endPause?: () => void;

  constructor(private readonly options: EventRecorderOptions) {
    this.concurrency = options.concurrency ?? 4;
    this.sweepMs = options.sweepMs ?? 1_000;
  }

  /** @throws when it runs already */
  start(): void {
    if (this.running) throw new Error('the recorder of events runs already');
    this.stopping = false;
    this.running = this.run();
  }

  wake(): void {
    this.woken = true;
    this.endPause?.();
  }

  /** Returns when the transactions that were open have ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.endPause?.();
    await this.running;
    this.running = undefined;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.woken = false;
      let more = false;
      try {
        more = await this.sweep();
      } catch (error) {
        this.logger.error({ msg: 'recording.sweep.failed', err: error });
      }
      if (!more && !this.woken && !this.stopping) await this.pause();
    }
  }

  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endPause = resolve;
      timer = setTimeout(resolve, this.sweepMs);
    });
    clearTimeout(timer);
    this.endPause = undefined;
  }

  /** One batch of each waiting account. @returns true when some account has more */
  private async sweep(): Promise<boolean> {
    let more = false;
    let after = BEFORE_ALL_ACCOUNTS;
    for (;;) {
      const accounts = await listWaitingAccounts(this.options.sql, after, ACCOUNTS_PER_PAGE);
      if (await this.recordAll(accounts)) more = true;
      if (accounts.length < ACCOUNTS_PER_PAGE || this.stopping) return more;
      after = accounts.at(-1)!;
    }
  }

  private async recordAll(accounts: string[]): Promise<boolean> {
    let more = false;
    const queue = accounts.values();
    const work = async () => {
      for (const accountId of queue) {
        if (this.stopping) return;
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
      return batch.more;
    } catch (error) {
      // The account's events wait for the next sweep; other accounts go on.
      this.logger.error({ msg: 'recording.failed', accountId, err: error });
      return false;
    }
  }
}
