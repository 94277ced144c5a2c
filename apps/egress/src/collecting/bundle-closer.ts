import { Logger } from '@nestjs/common';
import type { Sql } from '@waypost/lanes';
import { inTransaction, isDatabaseAway } from '@waypost/persistence';
import type { Pool } from 'pg';
import { SweepLoop } from '../sweeping/sweep-loop.js';
import { bundledDeliveries } from './bundled-deliveries.js';
import { addDeliveries } from './new-deliveries.js';
import { inPieces } from './in-pieces.js';
import type { Bundle } from './open-bundles.js';
import type { PayloadLinks } from './outbound-payload.js';

export interface BundleCloserOptions {
  pool: Pool;
  links: PayloadLinks;
  /** Called after each commit that made a delivery lane due. */
  onDeliveriesDue: () => void;
  /** How long after the end of its window a bundle was closed. */
  onClosed: (lateMs: number) => void;
  /** Longest pause between two looks for windows that are over. Default 1,000. */
  sweepMs?: number;
  /** Most bundles in one transaction. Default 20. */
  batch?: number;
}

/** Bundles per transaction. */
const BATCH = 20;
/** A bundle that could not be closed is left alone for so long. */
const SET_ASIDE_MS = 60_000;
const MOST_SET_ASIDE = 1_000;
const STATEMENT_TIMED_OUT = '57014';

interface DueBundle extends Bundle {
  lateMs: number;
}

/**
 * Turns bundles whose window is over into deliveries, the longest due first; any number of processes share the work. When that fails they
 * are closed one by one, and one that fails alone is set aside for a while: it must not hold up those of others.
 */
export class BundleCloser {
  private readonly logger = new Logger('bundles');
  private readonly loop: SweepLoop;
  private readonly limit: number;
  private batch: number;
  /** Until when, by performance.now(). */
  private readonly setAside = new Map<string, number>();

  constructor(private readonly options: BundleCloserOptions) {
    this.limit = options.batch ?? BATCH;
    this.batch = this.limit;
    this.loop = new SweepLoop({
      name: 'bundles',
      step: () => this.closeSome(),
      everyMs: options.sweepMs ?? 1_000,
    });
  }

  start(): void {
    this.loop.start();
  }

  /** Windows may be over. */
  wake(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** @returns true when more may be due */
  private async closeSome(): Promise<boolean> {
    let taken: DueBundle[] = [];
    let more = false;
    try {
      const due = await inTransaction(this.options.pool, async (tx) => {
        const found = await this.lockDue(tx);
        // What is too much for one statement is left for the next transaction, so that settings need not wait for long.
        taken = inPieces(found, ({ bytes }) => bytes).next().value ?? [];
        more = found.length === this.batch || taken.length < found.length;
        return addDeliveries(tx, bundledDeliveries(tx, taken, this.options.links));
      });
      this.batch = Math.min(this.batch * 2, this.limit);
      if (due) this.options.onDeliveriesDue();
      for (const { lateMs } of taken) this.options.onClosed(lateMs);
      return more;
    } catch (error) {
      this.afterFailure(taken, error);
      return true;
    }
  }

  private async lockDue(tx: Sql): Promise<DueBundle[]> {
    const now = performance.now();
    for (const [id, until] of this.setAside) if (until <= now) this.setAside.delete(id);
    const { rows } = await tx.query(
      `select id, endpoint_id as "endpointId", workspace_id as "workspaceId", chat_id as "chatId", messages, bytes,
         (extract(epoch from clock_timestamp() - closes_at) * 1000)::float8 as "lateMs"
       from bundle
       where state = 'open' and closes_at <= clock_timestamp() and id <> all($1::uuid[])
       order by closes_at
       limit $2
       for update skip locked`,
      [[...this.setAside.keys()], this.batch],
    );
    return rows;
  }

  private afterFailure(taken: readonly DueBundle[], error: unknown): void {
    this.batch = 1;
    const [only] = taken;
    if (!only) throw error;
    if (taken.length > 1) {
      this.logger.warn({ msg: 'bundles.failed', count: taken.length, err: error });
      return;
    }
    // No fault of the bundle's.
    if (isOutage(error) || this.setAside.size >= MOST_SET_ASIDE) throw error;
    this.setAside.set(only.id, performance.now() + SET_ASIDE_MS);
    this.logger.error({ msg: 'bundle.failed', bundleId: only.id, retryInMs: SET_ASIDE_MS, err: error });
  }
}

/** A statement that took too long may be one that asks for too much. */
function isOutage(error: unknown): boolean {
  return isDatabaseAway(error) && (error as { code?: unknown }).code !== STATEMENT_TIMED_OUT;
}
