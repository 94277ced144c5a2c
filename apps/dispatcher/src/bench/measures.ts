import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import type { Pool } from 'pg';

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** What the figures were measured on. */
export async function conditions(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query(
    `select name || '=' || setting || coalesce(unit, '') as setting from pg_settings where name = any($1) order by name`,
    [SETTINGS],
  );
  const version = await pool.query('show server_version');
  return [
    `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`,
    `Postgres ${version.rows[0].server_version}: ${rows.map(({ setting }) => setting).join(', ')}`,
  ];
}

export function spread(samples: readonly number[]): string {
  if (samples.length === 0) return 'none';
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!)} ms`;
  return `min ${at(0)}, p1 ${at(0.01)}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

/** Seconds of CPU so far: of the dispatcher, of Postgres, of this process, of the whole machine. */
export interface CpuSeconds {
  dispatcher: number;
  postgres: number;
  bench: number;
  machine: number;
}

export async function cpuSeconds(pool: Pool, metrics: Metrics): Promise<CpuSeconds> {
  const { rows } = await pool.query('select pid from pg_stat_activity');
  let postgres = 0;
  for (const { pid } of rows) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (stat) postgres += Number(fields[11]) + Number(fields[12]);
  }
  const stat = await readFile('/proc/stat', 'utf8').catch(() => '');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = stat
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const own = process.cpuUsage();
  return {
    dispatcher: metrics.get('process_cpu_seconds_total') ?? 0,
    postgres: postgres / TICKS_PER_SECOND,
    bench: (own.user + own.system) / 1e6,
    machine: (user + nice + system + irq + softirq) / TICKS_PER_SECOND,
  };
}

/** A scrape: values by name; of a bucket by name and bound. Series that differ in other labels are added up. */
export type Metrics = Map<string, number>;

export async function scrape(url: string): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metrics: Metrics = new Map();
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = line.match(/^(\w+)(\{.*\})? (\S+)/) ?? [];
    if (!name) continue;
    const bound = labels.match(/le="([^"]+)"/)?.[1];
    const key = bound ? `${name} ${bound}` : name;
    metrics.set(key, (metrics.get(key) ?? 0) + Number(value));
  }
  return metrics;
}

/** Between two scrapes, the bound of a histogram's bucket in which this share of the observations ends. */
export function quantile(before: Metrics, after: Metrics, name: string, share: number): string {
  const grown = (key: string) => (after.get(key) ?? 0) - (before.get(key) ?? 0);
  const total = grown(`${name}_count`);
  for (const key of after.keys()) {
    const bound = key.startsWith(`${name}_bucket{`) && key.match(/le="([^"]+)"/)?.[1];
    if (bound && grown(key) >= share * total)
      return bound === '+Inf' ? 'more' : `at most ${Number(bound) * 1000} ms`;
  }
  return 'none';
}
