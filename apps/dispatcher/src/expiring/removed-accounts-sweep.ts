import { Inject, Injectable } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { remove } from '@waypost/lanes';
import { Database, failAndRefund, inTransaction, lockBalances } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';
import { failure } from '../sending/message-outcome.js';
import { SendMetrics } from '../sending/send-metrics.js';

const BATCH = 500;

/**
 * Messages that wait in the lanes of removed accounts, or are held outside. What a worker holds is left to it, and what may be in flight too. A
 * message lives for a day, so older removals have none.
 */
const WAITING = `
  with removed as (
    select id from account where deleted_at > now() - interval '25 hours'
  )
  select m.id, m.workspace_id as "workspaceId", m.account_id as "accountId" from removed a
  cross join lateral (
    select i.ref as id from lane l join lane_item i on i.lane_id = l.id
    where l.kind = $1 and l.key = a.id::text and (l.lease_token is null or l.next_at <= now())
    union all
    select h.id from message h where h.hold is not null and h.account_id = a.id
  ) waiting join message m on m.id = waiting.id
  where m.state = 'queued'
  limit $2`;

/** Fails and refunds what waits for accounts that were removed. Held messages that failed are let go of by the sweep of the held. */
@Injectable()
export class RemovedAccountsSweep extends PeriodicSweep {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SendMetrics) private readonly metrics: SendMetrics,
  ) {
    super('removed accounts');
  }

  /** @returns how many messages failed */
  protected async batch(): Promise<number> {
    const { count, credits } = await inTransaction(this.database.pool, async (tx) => {
      const { rows } = await tx.query(WAITING, [laneKinds.send, BATCH]);
      const failures = rows.map((row) => failure(row, 'account_removed'));
      await lockBalances(
        tx,
        failures.map(({ workspaceId }) => workspaceId),
      );
      const credits = await failAndRefund(tx, failures, ['queued']);
      await remove(
        tx,
        laneKinds.send,
        rows.map(({ accountId }) => accountId),
        rows.map(({ id }) => id),
      );
      return { count: rows.length, credits };
    });
    this.metrics.refunded(credits);
    return count;
  }
}
