import type { Pool, PoolClient } from 'pg';

/** One transaction on a connection of the pool; committed when `work` resolves, rolled back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks also rejects the query in flight, which is where it is handled.
  client.on('error', ignore);
  let usable = false;
  try {
    await client.query('begin');
    try {
      const result = await work(client);
      await client.query('commit');
      usable = true;
      return result;
    } catch (error) {
      await client.query('rollback');
      usable = true;
      throw error;
    }
  } finally {
    client.off('error', ignore);
    client.release(!usable);
  }
}

function ignore(): void {}
