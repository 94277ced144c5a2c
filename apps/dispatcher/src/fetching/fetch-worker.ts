import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { laneKinds, subjects } from '@waypost/contracts';
import { fullJitter } from '@waypost/kernel';
import { LaneWorker, type Claim, type Outcome } from '@waypost/lanes';
import { Messenger, WorkspaceChanges } from '@waypost/messaging';
import { Database } from '@waypost/persistence';
import { DispatcherConfig } from '../dispatcher.config.js';
import { loadDueFiles, type DueFile } from './due-files.js';
import { FetchLimits } from './fetch-limits.js';
import { FetchMetrics } from './fetch-metrics.js';
import { FileFetcher, type FetchedFile } from './file-fetcher.js';
import { FileSettlement, type FileOutcome } from './file-settlement.js';

const LOAD_MS = 5_000;
/** What storing may take beyond the fetch, and settling beyond that, before the lease is over. */
const STORE_MS = 12_000;
const SETTLE_MS = 5_000;
const STOP_MS = STORE_MS + SETTLE_MS;
/** One host, and one workspace, have at most this part of the places. */
const SHARE = 1 / 4;
const DEFER_BASE_MS = 250;
const DEFER_CAP_MS = 30_000;

/** Fetches the files that messages wait for. Files do not wait for each other. */
@Injectable()
export class FetchWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('fetch');
  private readonly worker: LaneWorker<FileOutcome>;
  private readonly limits: FetchLimits;
  private stopping = false;

  constructor(
    @Inject(DispatcherConfig) private readonly config: DispatcherConfig,
    @Inject(Database) private readonly database: Database,
    @Inject(Messenger) messenger: Messenger,
    @Inject(FetchMetrics) private readonly metrics: FetchMetrics,
    @Inject(FileFetcher) private readonly fetcher: FileFetcher,
    @Inject(WorkspaceChanges) changes: WorkspaceChanges,
  ) {
    this.limits = new FetchLimits(Math.ceil(config.fetchConcurrency * SHARE));
    this.worker = new LaneWorker<FileOutcome>({
      pool: database.pool,
      kind: laneKinds.fetch,
      work: (claims) => this.work(claims),
      transaction: new FileSettlement((credits) => metrics.refunded(credits)),
      concurrency: config.fetchConcurrency,
      leaseMs: LOAD_MS + config.fetchTimeoutMs + STORE_MS + SETTLE_MS,
      hooks: {
        onSettled: (_claim, { apply }) => {
          if (apply?.kind !== 'verdict') return;
          messenger.hint(subjects.sendLaneDue);
          changes.tell(apply.workspaceId, 'chats', 'credits');
        },
        onWorkError: (claim, error, retryInMs) =>
          this.logger.error({ msg: 'file.work_failed', fileId: claim.ref, retryInMs, error: String(error) }),
        onClaimError: (error, retryInMs) =>
          this.logger.warn({ msg: 'lanes.claim_failed', retryInMs, error: String(error) }),
        onSettleError: (error, count) =>
          this.logger.warn({ msg: 'lanes.settle_failed', count, error: String(error) }),
        onLost: (claim, reason) => this.logger.warn({ msg: 'lanes.outcome_lost', fileId: claim.ref, reason }),
      },
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  /** Gives back what is being fetched: another dispatcher, or the next start, begins it anew. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const stopped = this.worker.stop(STOP_MS);
    await this.fetcher.breakOff();
    await stopped;
  }

  /** Files may wait to be fetched. */
  wake(): void {
    this.worker.wake();
  }

  private work(claims: readonly Claim[]): Promise<Outcome<FileOutcome>>[] {
    const startedAt = performance.now();
    const files = loadDueFiles(
      this.database.pool,
      claims.map(({ ref }) => ref),
      LOAD_MS,
    );
    return claims.map(async (claim) => this.workOn((await files).get(claim.ref), claim, startedAt));
  }

  private async workOn(
    file: DueFile | undefined,
    claim: Claim,
    startedAt: number,
  ): Promise<Outcome<FileOutcome>> {
    // Nobody waits for it any more; who comes later brings an item of their own.
    if (!file?.fileName) return { result: 'done' };
    if (file.verdict) return decided(file, file.verdict);
    const giveBack = this.limits.take(URL.parse(file.url)?.hostname ?? '', file.workspaceId);
    if (!giveBack) {
      this.metrics.deferred();
      const afterMs = DEFER_BASE_MS + fullJitter(claim.attempts, DEFER_BASE_MS, DEFER_CAP_MS);
      return { result: 'retry', afterMs };
    }
    try {
      const storeBefore = startedAt + LOAD_MS + this.config.fetchTimeoutMs;
      const fetched = await this.fetcher.fetch(file, file.fileName, storeBefore);
      if (fetched.kind === 'failed' && claim.attempts > 0) await this.forget(file);
      return this.settled(file, claim, fetched);
    } finally {
      giveBack();
    }
  }

  private settled(file: DueFile, claim: Claim, fetched: FetchedFile): Outcome<FileOutcome> {
    // The request was broken off by the stop: this was no try.
    if (fetched.kind !== 'stored' && this.stopping) return { result: 'retry', afterMs: 0 };
    this.report(file, claim, fetched);
    switch (fetched.kind) {
      case 'stored':
        return decided(
          file,
          { state: 'stored', kind: fetched.content.kind, isWebPage: fetched.content.isWebPage },
          fetched.content,
        );
      case 'failed':
        return decided(file, { state: 'failed', ...fetched.failure });
      case 'retry':
        return {
          result: 'retry',
          afterMs: fetched.afterMs,
          apply: { kind: 'failed_try', fileId: file.id },
        };
      default:
        return fetched satisfies never;
    }
  }

  private report(file: DueFile, claim: Claim, fetched: FetchedFile): void {
    const stored = fetched.kind === 'stored';
    this.metrics.ended(fetched.kind === 'failed' ? fetched.failure.code : fetched.kind, fetched.durationMs);
    // The URL stays out of the log: it may carry a secret.
    this.logger.log({
      msg: 'file.fetch',
      fileId: file.id,
      workspaceId: file.workspaceId,
      attempt: file.attempts + 1,
      claims: claim.attempts + 1,
      result: fetched.kind,
      code: stored ? undefined : fetched.failure.code,
      mimeType: stored ? fetched.content.mimeType : undefined,
      size: stored ? fetched.content.size : undefined,
      durationMs: fetched.durationMs,
    });
  }

  private async forget(file: DueFile): Promise<void> {
    await this.fetcher.forget(file.id).catch((error: unknown) => {
      this.logger.warn({ msg: 'file.forget_failed', fileId: file.id, error: String(error) });
    });
  }
}

type Verdict = Extract<FileOutcome, { kind: 'verdict' }>;

function decided(
  { id, workspaceId }: DueFile,
  verdict: Verdict['verdict'],
  stored?: Verdict['stored'],
): Outcome<FileOutcome> {
  return { result: 'done', apply: { kind: 'verdict', fileId: id, workspaceId, verdict, stored } };
}
