import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';
import { SendMetrics } from '../sending/send-metrics.js';
import { failWaiting } from './fail-waiting.js';

/**
 * Messages in closed lanes that nobody is working and whose time is up. They are found through the lanes: an index on the
 * messages' expiry would cost every message, and few lanes are closed with something in them. No lock is needed: whoever
 * takes a lane up after this statement sees that the message has expired, and does not send it.
 */
const EXPIRED = `
  select m.id, m.workspace_id as "workspaceId", m.account_id as "accountId"
  from lane l join lane_item i on i.lane_id = l.id join message m on m.id = i.ref
  where l.kind = $1 and not l.is_open and l.next_at < 'infinity' and (l.lease_token is null or l.next_at <= now())
    and m.state in ('queued', 'sending') and m.expires_at <= now()
  limit $2`;

/** Fails and refunds the expired messages of accounts that are not connected: no worker comes to a closed lane. */
@Injectable()
export class ExpirySweep extends PeriodicSweep {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SendMetrics) private readonly metrics: SendMetrics,
  ) {
    super('expiry');
  }

  /** @returns how many messages failed */
  protected async batch(): Promise<number> {
    const { count, credits } = await failWaiting(this.database.pool, EXPIRED, 'expired');
    this.metrics.refunded(credits);
    return count;
  }
}
