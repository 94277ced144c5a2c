import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { fromRunner } from './test-environment.js';

const CLONE_TRIES = 10;

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Ends the pool, closes connections that others left, and removes the database. */
  drop(): Promise<void>;
}

/** A migrated database of the test's own. Drop it in afterAll or afterEach. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = fromRunner('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await clone(server, fromRunner('templateDatabase'), name);
  const url = databaseUrl(server, name);
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 10_000 });
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await dropDatabase(server, name);
    },
  };
}

/** An empty database for the runner to migrate; disconnect from it before tests clone it. */
export async function createTemplateDatabase(
  server: string,
  name: string,
): Promise<{ url: string; drop(): Promise<void> }> {
  await maintain(server, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  return { url: databaseUrl(server, name), drop: () => dropDatabase(server, name) };
}

/** Postgres refuses to copy a database that somebody is connected to, and autovacuum may be for a moment. */
async function clone(server: string, template: string, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await maintain(server, `CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(template)}`);
      return;
    } catch (error) {
      const busy = error instanceof pg.DatabaseError && error.code === '55006';
      if (!busy || tries === CLONE_TRIES) throw error;
      await wait(200);
    }
  }
}

function dropDatabase(server: string, name: string): Promise<void> {
  return maintain(server, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function maintain(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
