import type { Pool } from 'pg';

/**
 * How fast all pods together may connect to a network. Each connect takes the next free place in a row of places that are evenly apart,
 * and waits for it; after a quiet time a second's worth of them is free at once.
 */
export class ConnectPace {
  constructor(
    private readonly pool: Pool,
    private readonly connectsPerSecond: number,
  ) {}

  /** Takes a place. @returns in how many milliseconds it comes */
  async take(network: string): Promise<number> {
    const { rows } = await this.pool.query<{ inMs: number }>(
      `insert into connect_pace as p (network, next_at) values ($1, clock_timestamp() - interval '1 s' + $2 * interval '1 ms')
       on conflict (network) do update
         set next_at = greatest(p.next_at, clock_timestamp() - interval '1 s') + $2 * interval '1 ms'
       returning extract(epoch from next_at - clock_timestamp())::double precision * 1000 - $2 as "inMs"`,
      [network, 1_000 / this.connectsPerSecond],
    );
    return Math.max(0, Math.round(rows[0]?.inMs ?? 0));
  }
}
