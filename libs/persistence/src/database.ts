import type { Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { entities } from './entities/index.js';
import { migrations } from './migrations/index.js';

const ANSWER_MARGIN_MS = 5_000;

export interface DatabaseOptions {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Most connections this process opens. */
  poolSize?: number;
  /** Longest a statement may run before Postgres cancels it, in milliseconds. */
  statementTimeoutMs?: number;
  /** Postgres refuses to write, but in transactions that begin with `set transaction read write`. */
  readOnly?: boolean;
}

/** A transaction's handle: repositories and queries made from it cannot escape it. */
export type Transaction = EntityManager;

/**
 * The one way to Postgres of a process. Simple reads and writes go through entities inside `transaction` or `read`; hot paths use
 * `pool` with SQL of their own.
 */
export class Database {
  private constructor(
    private readonly source: DataSource,
    readonly pool: Pool,
  ) {}

  /** @throws when Postgres cannot be reached; nothing is left open then. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const statementTimeoutMs = options.statementTimeoutMs ?? 15_000;
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      entities,
      migrations,
      applicationName: options.applicationName,
      connectTimeoutMS: 5_000,
      extra: {
        max: options.poolSize ?? 10,
        statement_timeout: statementTimeoutMs,
        // Postgres keeps the limit above; this one holds when it does not answer at all.
        query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
        idle_in_transaction_session_timeout: 30_000,
        keepAlive: true,
        ...(options.readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
      },
    });
    await source.initialize();
    const pool = (source.driver as unknown as { master: Pool }).master;
    // An idle connection that the server closes must not end the process; the next query opens a new one.
    pool.on('error', () => undefined);
    return new Database(source, pool);
  }

  /** One transaction; committed when `work` resolves, rolled back when it throws. Never wait for the network inside. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.source.transaction(work);
  }

  /** Reads outside a transaction. */
  get read(): EntityManager {
    return this.source.manager;
  }

  /** @throws when Postgres does not answer. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.source.destroy();
  }
}

/** Brings a database to the current schema. Safe to run from several processes at once: an advisory lock lets one work. */
export async function migrate(databaseUrl: string): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    applicationName: 'waypost-migrate',
    extra: { max: 2 },
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`select pg_advisory_lock(hashtext('waypost-migrate'))`);
    await source.runMigrations();
  } finally {
    await lock.query(`select pg_advisory_unlock(hashtext('waypost-migrate'))`).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}
