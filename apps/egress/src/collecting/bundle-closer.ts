import { inTransaction } from '@waypost/persistence';
import type { Pool } from 'pg';
import { SweepLoop } from '../sweeping/sweep-loop.js';
import { bundledDeliveries } from './bundled-deliveries.js';
import { addDeliveries } from './new-deliveries.js';
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
}

/** Bundles per transaction: each may be a megabyte and more. */
const BATCH = 20;

/** Turns bundles whose window is over into deliveries, the longest due first; any number of processes share the work. */
export class BundleCloser {
  private readonly loop: SweepLoop;

  constructor(private readonly options: BundleCloserOptions) {
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
    const { pool, links, onDeliveriesDue, onClosed } = this.options;
    const { closed, due } = await inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<Bundle & { lateMs: number }>(
        `select id, endpoint_id as "endpointId", workspace_id as "workspaceId", chat_id as "chatId", messages, bytes,
           (extract(epoch from clock_timestamp() - closes_at) * 1000)::float8 as "lateMs"
         from bundle
         where state = 'open' and closes_at <= clock_timestamp()
         order by closes_at
         limit ${BATCH}
         for update skip locked`,
      );
      const deliveries = await bundledDeliveries(tx, rows, links);
      return { closed: rows, due: await addDeliveries(tx, deliveries) };
    });
    if (due) onDeliveriesDue();
    for (const { lateMs } of closed) onClosed(lateMs);
    return closed.length === BATCH;
  }
}
