import type { Pool } from 'pg';
import { isDatabaseAway } from './is-database-away.js';

/**
 * For gauges: undefined while Postgres is away, when the other metrics are wanted most.
 * @throws when Postgres refuses the statement
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows are as the statement makes them
export async function readUnlessAway(pool: Pick<Pool, 'query'>, text: string): Promise<any[] | undefined> {
  try {
    return (await pool.query(text)).rows;
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return undefined;
  }
}
