import { inTransaction } from '@waypost/persistence';
import type { Pool } from 'pg';
import { noteDropped } from '../collecting/collecting-endpoints.js';
import { SweepLoop } from '../sweeping/sweep-loop.js';

export interface RetentionSweepOptions {
  pool: Pool;
  /** How long deliveries wait for an endpoint that was disabled because of errors. */
  retentionHours: number;
  /** Default a minute. */
  everyMs?: number;
}

const BATCH = 1_000;
const EVERY_MS = 60_000;

/**
 * Drops what has waited for too long for endpoints that are disabled, and says so on them. Their items leave the lanes when these
 * are opened again.
 */
export class RetentionSweep {
  private readonly loop: SweepLoop;
  /** Endpoints up to this id were looked at in this round. */
  private after = '00000000-0000-0000-0000-000000000000';

  constructor(private readonly options: RetentionSweepOptions) {
    this.loop = new SweepLoop({
      name: 'retention',
      step: () => this.dropSome(),
      everyMs: options.everyMs ?? EVERY_MS,
    });
  }

  start(): void {
    this.loop.start();
  }

  /** Looks now. */
  wake(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** A batch of one endpoint. @returns true while this round goes on */
  private async dropSome(): Promise<boolean> {
    const { pool, retentionHours } = this.options;
    return inTransaction(pool, async (tx) => {
      // The lock keeps the endpoint from being enabled meanwhile.
      const { rows: endpoints } = await tx.query<{ id: string }>(
        `select id from outbound_endpoint where state = 'disabled' and id > $1 order by id limit 1 for no key update`,
        [this.after],
      );
      const id = endpoints[0]?.id;
      if (id === undefined) {
        this.after = '00000000-0000-0000-0000-000000000000';
        return false;
      }
      const { rows: dropped } = await tx.query<{ messages: number }>(
        `update delivery set state = 'dropped'
         where id in (
           select id from delivery
           where endpoint_id = $1 and state = 'pending' and created_at < now() - make_interval(hours => $2)
           order by created_at limit ${BATCH}
         )
         returning coalesce((select messages from bundle where bundle.id = delivery.bundle_id), 1) as messages`,
        [id, retentionHours],
      );
      if (dropped.length < BATCH) this.after = id;
      await noteDropped(
        tx,
        dropped.length === 0
          ? new Map()
          : new Map([[id, dropped.reduce((sum, { messages }) => sum + messages, 0)]]),
      );
      return true;
    });
  }
}
