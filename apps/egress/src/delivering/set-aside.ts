import { laneKinds } from '@waypost/contracts';
import { enqueue, type Sql } from '@waypost/lanes';
import { inTransaction } from '@waypost/persistence';
import type { Pool } from 'pg';
import { laneSlot } from '../collecting/new-deliveries.js';
import { SweepLoop } from '../sweeping/sweep-loop.js';
import type { AttemptOutcome } from './attempt-outcome.js';

export interface SetAsideOptions {
  pool: Pool;
  /** Called after each commit that made a delivery lane due. */
  onDeliveriesDue: () => void;
}

const LOOK_EVERY_MS = 1_000;
const MOST = 500;

/** Of each chat the first that is aside, when its time has come and none of the chat's others is on its way. */
const COMES_BACK = `
  select first.id, first.endpoint_id from (
    select distinct on (endpoint_id, chat_id) id, endpoint_id, chat_id, aside_until
    from delivery where goes_ahead and state = 'pending'
    order by endpoint_id, chat_id, aside_until is not null, id
  ) first
  where first.aside_until <= now()
  limit ${MOST}`;

/**
 * Brings deliveries back that were set aside: one that alone is refused, when its own back-off is over, and those of its chat, one after the
 * other. Meanwhile the other chats of its lane go on.
 */
export class SetAside {
  private readonly loop = new SweepLoop({
    name: 'set aside',
    step: () => this.bringBack(),
    everyMs: LOOK_EVERY_MS,
  });

  constructor(private readonly options: SetAsideOptions) {}

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** One that others of its chat stayed aside for is done with. */
  wake(): void {
    this.loop.wake();
  }

  /** @returns true when there may be more */
  private async bringBack(): Promise<boolean> {
    const { rows: found } = await this.options.pool.query(COMES_BACK);
    if (found.length === 0) return false;
    const due = await inTransaction(this.options.pool, async (tx) => {
      // Keeps merges of chats away, and other processes that do the same.
      await tx.query(
        'select from outbound_endpoint where id = any($1::uuid[]) order by id for no key update',
        [[...new Set(found.map((row) => row.endpoint_id))]],
      );
      const { rows } = await tx.query(
        `update delivery set aside_until = null where id in (select id from (${COMES_BACK}) as back where id = any($1::uuid[]))
         returning id, endpoint_id, chat_id`,
        [found.map(({ id }) => id)],
      );
      const items = rows.map((row) => ({ key: row.endpoint_id, slot: laneSlot(row.chat_id), ref: row.id }));
      return items.length > 0 && (await enqueue(tx, laneKinds.deliver, items)).length > 0;
    });
    if (due) this.options.onDeliveriesDue();
    return found.length === MOST;
  }
}

/** In the transaction that takes them out of their lanes. */
export async function setAside(tx: Sql, outcomes: readonly AttemptOutcome[]): Promise<void> {
  const aside = outcomes.filter(hasLeft);
  if (aside.length === 0) return;
  await tx.query(
    `update delivery set goes_ahead = true, aside_until = clock_timestamp() + aside.ms * interval '1 millisecond'
     from unnest($1::uuid[], $2::float8[]) as aside (id, ms)
     where delivery.id = aside.id and state = 'pending'`,
    [aside.map(({ deliveryId }) => deliveryId), aside.map(({ asideMs }) => asideMs)],
  );
}

function hasLeft(
  outcome: AttemptOutcome,
): outcome is Extract<AttemptOutcome, { asideMs?: number }> & { asideMs: number } {
  return 'asideMs' in outcome;
}
