import { inTransaction } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';
import type { Pool } from 'pg';
import { noteDropped } from '../collecting/collecting-endpoints.js';

export interface RetentionSweepOptions {
  pool: Pool;
  /** How long deliveries wait for an endpoint that was disabled because of errors. */
  retentionHours: number;
}

const BATCH = 1_000;

/**
 * Drops what has waited for too long for endpoints that are disabled, and says so on them. Their items leave the lanes when these
 * are opened again.
 */
export class RetentionSweep extends PeriodicSweep {
  constructor(private readonly options: RetentionSweepOptions) {
    super('retention');
  }

  /** Of one endpoint. @returns how many deliveries were dropped */
  protected async batch(): Promise<number> {
    const { pool, retentionHours } = this.options;
    return inTransaction(pool, async (tx) => {
      // The lock keeps the endpoint from being enabled meanwhile.
      const { rows: endpoints } = await tx.query<{ id: string }>(
        `select id from outbound_endpoint e
         where state = 'disabled' and exists (
           select from delivery d
           where d.endpoint_id = e.id and d.generation = e.generation and d.state = 'pending'
             and d.created_at < now() - make_interval(hours => $1)
         )
         limit 1
         for no key update`,
        [retentionHours],
      );
      const id = endpoints[0]?.id;
      if (id === undefined) return 0;
      const { rows: dropped } = await tx.query<{ messages: number }>(
        `update delivery set state = 'dropped'
         where id in (
           select id from delivery
           where endpoint_id = $1 and state = 'pending' and created_at < now() - make_interval(hours => $2)
           order by created_at limit ${BATCH}
         )
         returning messages`,
        [id, retentionHours],
      );
      await noteDropped(tx, new Map([[id, dropped.reduce((sum, { messages }) => sum + messages, 0)]]));
      return dropped.length;
    });
  }
}
