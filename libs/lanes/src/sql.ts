import type { ClientBase, Pool, QueryConfig } from 'pg';

/**
 * Where statements run: a pg Pool, Client or PoolClient as it is. From a TypeORM EntityManager:
 * `{ query: async (text, values) => ({ rows: await manager.query(text, values) }) }`.
 */
export interface Sql {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows are as the statement makes them
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>;
}

/** The same connection, where no statement is waited for longer than `deadlineMs`, whatever the network does. */
export function withDeadline(client: Pool | ClientBase, deadlineMs: number): Sql {
  return {
    query: (text, values) => {
      const config: QueryConfig & { query_timeout: number } = { text, values, query_timeout: deadlineMs };
      return client.query(config);
    },
  };
}
