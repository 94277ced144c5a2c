import { uuidv7Bound } from '@waypost/kernel';
import { PeriodicSweep } from '@waypost/platform';
import type { Pool } from 'pg';

export interface TrimSweepOptions {
  pool: Pool;
  /** How long finished deliveries and bundles are kept, in milliseconds. */
  deliveriesMs: number;
  /** How long events that are recorded are kept, in milliseconds. */
  eventsMs: number;
}

const ROWS = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes what nobody needs any more: finished deliveries, bundles, recorded events, and secrets that were replaced. Ids tell the age of rows,
 * so that no index has to: each round goes through a table once by its primary key, a page at a time, and passes by what is not finished.
 *
 * That a message was collected is then known no longer from its delivery: `listCollectable` leaves messages out that are as old.
 */
export class TrimSweep extends PeriodicSweep {
  private readonly deliveries: Trim;
  private readonly bundles: Trim;
  private readonly events: Trim;

  constructor(private readonly options: TrimSweepOptions) {
    super('trim');
    this.deliveries = new Trim(TRIM_DELIVERIES, FIRST_ID);
    this.bundles = new Trim(TRIM_BUNDLES, FIRST_ID);
    this.events = new Trim(TRIM_EVENTS, '0');
  }

  protected async batch(): Promise<number> {
    const { pool, deliveriesMs, eventsMs } = this.options;
    const before = `${uuidv7Bound(Date.now() - deliveriesMs)}-0000-0000-000000000000`;
    const looked = [
      await this.deliveries.next(pool, before),
      await this.bundles.next(pool, before),
      await this.events.next(pool, `${eventsMs} milliseconds`),
    ];
    await pool.query(FORGET_SECRETS);
    return looked.reduce((sum, count) => sum + count, 0);
  }
}

/** Goes through a table. */
class Trim {
  private after: string;

  constructor(
    private readonly statement: string,
    private readonly first: string,
  ) {
    this.after = first;
  }

  /** @returns how many rows were looked at; 0 at the end of a round */
  async next(pool: Pool, limit: string): Promise<number> {
    const { rows } = await pool.query<{ looked: number; last: string | null }>(this.statement, [
      this.after,
      limit,
    ]);
    const { looked, last } = rows[0]!;
    this.after = last ?? this.first;
    return looked;
  }
}

const PAGE_END = `select count(*)::integer as looked, (select id from page order by id desc limit 1) as last from page`;

const TRIM_DELIVERIES = `
  with page as (
    select id, state from delivery where id > $1::uuid and id < $2::uuid order by id limit ${ROWS}
  ), gone as (
    delete from delivery where id in (select id from page where state <> 'pending')
  )
  ${PAGE_END}`;

const TRIM_BUNDLES = `
  with page as (
    select id, state from bundle where id > $1::uuid and id < $2::uuid order by id limit ${ROWS / 10}
  ), gone as (
    delete from bundle where id in (select id from page where state <> 'open') returning id
  ), messages_gone as (
    delete from bundle_message where bundle_id in (select id from gone)
  )
  ${PAGE_END}`;

/** Ids rise with the time at which events were written: the first one that is young enough ends the page, and the round. */
const TRIM_EVENTS = `
  with next as (
    select id, created_at, recorded_at from wa_event where id > $1::bigint order by id limit ${ROWS}
  ), page as (
    select id, recorded_at from next
    where id < coalesce((select min(id) from next where created_at >= now() - $2::interval), 9223372036854775807)
  ), gone as (
    delete from wa_event where id in (select id from page where recorded_at < now() - $2::interval)
  )
  ${PAGE_END}`;

const FORGET_SECRETS = `
  update outbound_endpoint set previous_secret_sealed = null, previous_secret_until = null
  where id in (
    select id from outbound_endpoint where previous_secret_until < now() order by id limit ${ROWS} for no key update skip locked
  )`;
