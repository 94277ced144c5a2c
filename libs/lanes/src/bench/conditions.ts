import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import type { Pool } from 'pg';

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'autovacuum_naptime'];
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

interface CpuTicks {
  all: number;
  /** By process id. */
  postgres: Map<number, number>;
  node: number;
}

/** CPU taken by this process, by Postgres when it runs on this machine, and by everything else meanwhile. */
export class CpuMeter {
  private constructor(
    private readonly pool: Pool,
    private readonly startedAt: number,
    private readonly first: CpuTicks,
  ) {}

  static async start(pool: Pool): Promise<CpuMeter> {
    return new CpuMeter(pool, performance.now(), await readTicks(pool));
  }

  async report(): Promise<string> {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    const last = await readTicks(this.pool);
    const cores = (ticks: number) => (ticks / TICKS_PER_SECOND / seconds).toFixed(2);
    const node = last.node - this.first.node;
    let postgres = 0;
    for (const [pid, ticks] of last.postgres) postgres += ticks - (this.first.postgres.get(pid) ?? 0);
    const others = last.all - this.first.all - node - postgres;
    return `CPU: worker ${cores(node)}, Postgres ${cores(postgres)}, others ${cores(others)} cores`;
  }
}

async function readTicks(pool: Pool): Promise<CpuTicks> {
  const own = process.cpuUsage();
  const { rows } = await pool.query('select pid from pg_stat_activity');
  const postgres = new Map<number, number>();
  for (const { pid } of rows) postgres.set(pid, await ticksOf(pid));
  return {
    all: await busyTicks(),
    postgres,
    node: ((own.user + own.system) / 1e6) * TICKS_PER_SECOND,
  };
}

async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat ? Number(fields[11]) + Number(fields[12]) : 0;
}

async function busyTicks(): Promise<number> {
  const stat = await readFile('/proc/stat', 'utf8').catch(() => '');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = stat
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return user + nice + system + irq + softirq;
}
