import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { uniform } from '@waypost/kernel';
import { Database, inTransaction } from '@waypost/persistence';
import { lockBalances, writeMessageOutcomes } from '../sending/message-outcome.js';
import { SendMetrics } from '../sending/send-metrics.js';
import { expiry } from '../sending/settle-send.js';

const EVERY_MS = 60_000;
const BATCH = 500;
const MAX_BATCHES = 100;

/**
 * Messages in closed lanes that nobody is working and whose time is up. They are found through the lanes: an index on the
 * messages' expiry would cost every message, and few lanes are closed with something in them. No lock is needed: whoever
 * takes a lane up after this statement sees that the message has expired, and does not send it.
 */
const EXPIRED = `
  select m.id, m.workspace_id as "workspaceId", m.cost
  from lane l join lane_item i on i.lane_id = l.id join message m on m.id = i.ref
  where l.kind = $1 and not l.is_open and l.next_at < 'infinity' and (l.lease_token is null or l.next_at <= now())
    and m.state in ('queued', 'sending') and m.expires_at <= now()
  limit $2`;

/** Fails and refunds the expired messages of accounts that are not connected: no worker comes to a closed lane. */
@Injectable()
export class ExpirySweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('expiry');
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;
  private stopped = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SendMetrics) private readonly metrics: SendMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** @returns how many messages failed */
  async sweep(): Promise<number> {
    let total = 0;
    for (let batches = 0; batches < MAX_BATCHES && !this.stopped; batches++) {
      const count = await this.sweepBatch();
      total += count;
      if (count < BATCH) break;
    }
    if (total > 0) this.logger.log({ msg: 'messages.expired', count: total });
    return total;
  }

  private schedule(): void {
    if (this.stopped) return;
    // Spread, so that several dispatchers take turns.
    this.timer = setTimeout(
      () => {
        this.sweeping = this.sweep()
          .then(() => undefined)
          .catch((error: unknown) => this.logger.warn({ msg: 'expiry.failed', error: String(error) }))
          .finally(() => this.schedule());
      },
      uniform(EVERY_MS / 2, EVERY_MS),
    );
  }

  private async sweepBatch(): Promise<number> {
    const { count, credits } = await inTransaction(this.database.pool, async (tx) => {
      const { rows } = await tx.query(EXPIRED, [laneKinds.send, BATCH]);
      const outcomes = rows.map(expiry);
      await lockBalances(tx, outcomes);
      return { count: rows.length, credits: await writeMessageOutcomes(tx, outcomes) };
    });
    this.metrics.refunded(credits);
    return count;
  }
}
