import { uuidv7 } from '@waypost/kernel';
import { inTransaction } from '@waypost/persistence';
import type { Pool } from 'pg';
import type { Attempted } from '../delivering/attempt-outcome.js';
import { takeProbes } from '../delivering/probes.js';
import { SettleDeliveries } from '../delivering/settle-deliveries.js';
import type { Attempt, World } from './endpoint-model.js';
import type { TestWorkspace } from './test-workspace.js';

/** The endpoint in Postgres, worked by the statements of the product. Time passes as its own moments move into the past. */
export class EndpointInPostgres implements World {
  private readonly inFlight = new Set<Attempt>();
  private readonly settle = new SettleDeliveries({
    rules: { scheduleMs: [5_000, 30_000, 120_000, 28_800_000], maxErrors: 10 },
    links: { consolePublicUrl: 'https://console.example', productName: 'Waypost' },
    retentionMs: 3_600_000,
    onLanesChanged: () => undefined,
    onAttempted: () => undefined,
  });

  constructor(
    private readonly pool: Pool,
    private readonly owner: TestWorkspace,
  ) {}

  async read() {
    const { rows } = await this.pool.query(
      `select state, consecutive_errors as "consecutiveErrors", is_probed as "isProbed",
         extract(epoch from next_attempt_at)::float8 * 1000 as "nextAttemptAt", coalesce(next_attempt_at <= clock_timestamp(), false) as "isDue"
       from outbound_endpoint where id = $1`,
      [this.owner.endpointId],
    );
    return rows[0];
  }

  async begin(): Promise<Attempt | undefined> {
    const { state } = await this.read();
    if (state === 'disabled') return undefined;
    const attempt: Attempt = {};
    if (state === 'backing_off') {
      const { endpointId } = this.owner;
      attempt.probe = (await takeProbes(this.pool, [endpointId], 20_000)).get(endpointId);
      if (attempt.probe === undefined) return undefined;
    }
    this.inFlight.add(attempt);
    return attempt;
  }

  async end(attempt: Attempt, failed: boolean, retryAfterMs: number): Promise<void> {
    this.inFlight.delete(attempt);
    const apply = this.outcome(attempt, failed, retryAfterMs);
    const claim = { laneId: '1', key: '', slot: 0, token: '1', itemId: '1', ref: '', attempts: 0, lateMs: 0 };
    const settlement = { claim, outcome: { result: 'done', apply } } as const;
    await inTransaction(this.pool, async (tx) => {
      await this.settle.lockFirst(tx, [settlement]);
      await this.settle.apply(tx, [settlement]);
    });
  }

  enable(): Promise<void> {
    return this.owner.enableAgain();
  }

  async wait(ms: number): Promise<void> {
    const before = await this.read();
    await this.pool.query(
      `update outbound_endpoint set next_attempt_at = next_attempt_at - $2 * interval '1 millisecond' where id = $1`,
      [this.owner.endpointId, Math.ceil(ms)],
    );
    const after = await this.read();
    for (const attempt of this.inFlight) {
      if (attempt.probe === before.nextAttemptAt) attempt.probe = after.nextAttemptAt;
    }
  }

  async waitUntilDue(): Promise<void> {
    const { nextAttemptAt, isDue } = await this.read();
    if (nextAttemptAt !== null && !isDue) await this.wait(nextAttemptAt - Date.now() + 1_000);
  }

  private outcome({ probe }: Attempt, failed: boolean, retryAfterMs: number): Attempted {
    const { endpointId } = this.owner;
    const request = {
      ...{ endpointId, at: new Date(), url: '', headers: {}, body: '{}' },
      result: { kind: 'error', errorClass: 'reset', detail: 'gone', durationMs: 1 },
    } as const;
    const ids = { deliveryId: uuidv7(), endpointId, request };
    return failed
      ? { kind: 'failed', ...ids, error: 'gone', probe, retryAfterMs }
      : { kind: 'delivered', ...ids };
  }
}
