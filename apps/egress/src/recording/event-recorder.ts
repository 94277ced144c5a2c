import { Logger } from '@nestjs/common';
import type { Sql } from '@waypost/lanes';
import { isDatabaseAway } from '@waypost/persistence';
import { SweepLoop } from '../sweeping/sweep-loop.js';
import { listWaitingAccounts } from './account-events.js';
import type { BatchRecorder } from './batch-recorder.js';

export interface EventRecorderOptions {
  sql: Sql;
  recorder: Pick<BatchRecorder, 'record'>;
  /** Called after each commit that made a delivery lane due. */
  onDeliveriesDue: () => void;
  /** Called after each commit with the workspaces whose chats changed. */
  onRecorded: (workspaceIds: readonly string[]) => void;
  /** Called after each commit that filled a bundle. */
  onBundlesDue: () => void;
  /** Batches recorded at a time, each on a connection of its own. Default 2. */
  concurrency?: number;
  /** Longest pause between two looks for waiting events. Default 1,000. */
  sweepMs?: number;
}

const ACCOUNTS_PER_PAGE = 500;
const ACCOUNTS_PER_BATCH = 50;
const TROUBLED_RETRY_MS = 10_000;
const BEFORE_ALL_ACCOUNTS = '00000000-0000-0000-0000-000000000000';

/** Records waiting events of all accounts until it is stopped: at once when woken, else at the next sweep. */
export class EventRecorder {
  private readonly logger = new Logger('recording');
  private readonly concurrency: number;
  private readonly loop: SweepLoop;
  /** Accounts that alone could not be recorded, and when (monotonic milliseconds) each is tried again. */
  private readonly troubled = new Map<string, number>();

  constructor(private readonly options: EventRecorderOptions) {
    this.concurrency = options.concurrency ?? 2;
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
    const now = performance.now();
    const sound = accounts.filter((id) => !this.troubled.has(id));
    const due = accounts.filter((id) => (this.troubled.get(id) ?? Infinity) <= now);
    const batches = [...inBatches(sound), ...due.map((id) => [id])].values();
    const work = async () => {
      for (const batch of batches) {
        if (this.loop.isStopping) return;
        if (await this.recordOne(batch)) more = true;
      }
    };
    await Promise.all(Array.from({ length: this.concurrency }, work));
    return more;
  }

  private async recordOne(accountIds: string[]): Promise<boolean> {
    try {
      const batch = await this.options.recorder.record(accountIds);
      for (const id of accountIds) this.troubled.delete(id);
      if (batch.deliveriesDue) this.options.onDeliveriesDue();
      if (batch.bundlesDue) this.options.onBundlesDue();
      this.options.onRecorded(batch.workspaceIds);
      return batch.more;
    } catch (error) {
      this.logger.error({ msg: 'recording.failed', accountIds, err: error });
      if (concernsAll(error)) return false;
      return this.recordApart(accountIds);
    }
  }

  /** Something is wrong with one of these accounts. The others go on; that one is tried again from time to time, alone. */
  private async recordApart(accountIds: string[]): Promise<boolean> {
    if (accountIds.length === 1) {
      this.troubled.set(accountIds[0]!, performance.now() + TROUBLED_RETRY_MS);
      return false;
    }
    let more = false;
    for (const id of accountIds) {
      if (this.loop.isStopping) break;
      if (await this.recordOne([id])) more = true;
    }
    return more;
  }
}

const CANCELLED = '57014';

/** Postgres is away. A statement that took too long may as well wait for one account's locked rows. */
function concernsAll(error: unknown): boolean {
  return isDatabaseAway(error) && (error as { code?: unknown }).code !== CANCELLED;
}

function inBatches(accounts: string[]): string[][] {
  const batches: string[][] = [];
  for (let first = 0; first < accounts.length; first += ACCOUNTS_PER_BATCH)
    batches.push(accounts.slice(first, first + ACCOUNTS_PER_BATCH));
  return batches;
}
