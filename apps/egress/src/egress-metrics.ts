import { readUnlessAway } from '@waypost/persistence';
import type { Pool } from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The backlog is counted up to here: a gauge must not read a large table. */
const COUNTED_EVENTS = 10_000;
const COUNTED_BUNDLES = 10_000;
const COUNTED_ACCOUNTS = 10_000;
const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600, 28_800];

/** What an operator of egress watches. */
export class EgressMetrics {
  private readonly deliveries: Counter<'outcome'>;
  private readonly lateness: Histogram;
  private readonly latency: Histogram;
  private readonly windows: Histogram;

  constructor(registry: Registry, pool: Pool) {
    const registers = [registry];
    this.deliveries = new Counter({
      name: 'waypost_delivery_attempts_total',
      help: 'Requests to outbound webhooks, by their outcome: delivered, status (not 200), or the class of the error.',
      labelNames: ['outcome'],
      registers,
    });
    this.lateness = new Histogram({
      name: 'waypost_delivery_lane_lateness_seconds',
      help: 'How long after it fell due a delivery lane was claimed.',
      buckets: SECONDS,
      registers,
    });
    this.latency = new Histogram({
      name: 'waypost_delivery_latency_seconds',
      help: 'From the recording of a message until its delivery.',
      buckets: SECONDS,
      registers,
    });
    this.windows = new Histogram({
      name: 'waypost_bundle_lateness_seconds',
      help: 'How long after the end of its window a bundle was closed.',
      buckets: SECONDS,
      registers,
    });
    new Gauge({
      name: 'waypost_bundles_open',
      help: `Bundles that collect messages, counted up to ${COUNTED_BUNDLES}.`,
      registers,
      async collect() {
        const rows = await readUnlessAway(
          pool,
          `select count(*)::integer as open from (select from bundle where state = 'open' limit ${COUNTED_BUNDLES}) as counted`,
        );
        this.set(rows?.[0].open ?? Number.NaN);
      },
    });
    new Gauge({
      name: 'waypost_endpoints',
      help: 'Outbound webhooks that are switched on, by their state.',
      labelNames: ['state'],
      registers,
      async collect() {
        const rows = await readUnlessAway(
          pool,
          `select state, count(*)::integer as count from outbound_endpoint where enabled group by state`,
        );
        for (const state of ['healthy', 'backing_off', 'disabled']) {
          const row = rows?.find((one) => one.state === state);
          this.set({ state }, rows ? (row?.count ?? 0) : Number.NaN);
        }
      },
    });
    const oldest = new Gauge({
      name: 'waypost_events_waiting_oldest_seconds',
      help: 'Age of the oldest WhatsApp event that waits to be recorded.',
      registers,
    });
    new Gauge({
      name: 'waypost_events_waiting',
      help: `WhatsApp events that wait to be recorded, counted up to ${COUNTED_EVENTS}.`,
      registers,
      async collect() {
        const backlog = await countBacklog(pool);
        this.set(backlog.waiting);
        oldest.set(backlog.oldestSeconds);
      },
    });
  }

  bundleClosed(lateMs: number): void {
    this.windows.observe(Math.max(0, lateMs) / 1_000);
  }

  claimed(lateMs: number): void {
    this.lateness.observe(Math.max(0, lateMs) / 1_000);
  }

  attempted(outcome: string): void {
    this.deliveries.inc({ outcome });
  }

  delivered(createdAt: Date, now: Date): void {
    this.latency.observe(Math.max(0, now.getTime() - createdAt.getTime()) / 1_000);
  }
}

/** Each account's events are recorded in their order, so the oldest of all is the first of an account: the index gives one after the other. */
const OLDEST = `
  with recursive head as (
    (select account_id, created_at, 1 as count from wa_event where recorded_at is null order by account_id, id limit 1)
    union all
    select next.account_id, next.created_at, head.count + 1
    from head cross join lateral (
      select account_id, created_at from wa_event
      where recorded_at is null and account_id > head.account_id order by account_id, id limit 1
    ) next
    where head.count < ${COUNTED_ACCOUNTS}
  )
  select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from head`;

async function countBacklog(pool: Pool): Promise<{ waiting: number; oldestSeconds: number }> {
  const rows = await readUnlessAway(
    pool,
    `select count(*)::integer as waiting, (${OLDEST}) as "oldestSeconds"
     from (select from wa_event where recorded_at is null limit ${COUNTED_EVENTS}) as counted`,
  );
  return rows?.[0] ?? { waiting: Number.NaN, oldestSeconds: Number.NaN };
}
