import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';
import { SendMetrics } from '../sending/send-metrics.js';
import { failWaiting } from './fail-waiting.js';

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
    const { count, credits } = await failWaiting(this.database.pool, WAITING, 'account_removed', ['queued']);
    this.metrics.refunded(credits);
    return count;
  }
}
