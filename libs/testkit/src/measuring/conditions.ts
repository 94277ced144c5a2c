import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Pool } from 'pg';

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'autovacuum_naptime'];

/** What the figures of a benchmark were measured on: a line about the machine, one about Postgres. */
export async function conditions(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ setting: string }>(
    `select name || '=' || setting || coalesce(unit, '') as setting from pg_settings where name = any($1) order by name`,
    [SETTINGS],
  );
  const version = await pool.query<{ server_version: string }>('show server_version');
  return [
    `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}, load before ${loadavg()[0]!.toFixed(2)}`,
    `Postgres ${version.rows[0]!.server_version}: ${rows.map(({ setting }) => setting).join(', ')}`,
  ];
}
