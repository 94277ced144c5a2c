import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

interface Ticks {
  at: number;
  all: number;
  server: number;
  /** By process id. */
  postgres: Map<number, number>;
}

/** The CPU that the server (this process), Postgres, and the whole machine took since the start, in cores. */
export async function startCpuMeter(pool: Pool) {
  const first = await read(pool);
  return async (): Promise<{ server: number; postgres: number; all: number }> => {
    const last = await read(pool);
    const cores = (ticks: number) => (ticks * 1_000) / TICKS_PER_SECOND / (last.at - first.at);
    let postgres = 0;
    for (const [pid, ticks] of last.postgres) postgres += ticks - (first.postgres.get(pid) ?? 0);
    return {
      server: cores(last.server - first.server),
      postgres: cores(postgres),
      all: cores(last.all - first.all),
    };
  };
}

async function read(pool: Pool): Promise<Ticks> {
  const { rows } = await pool.query('select pid from pg_stat_activity');
  const postgres = new Map<number, number>();
  for (const { pid } of rows) postgres.set(pid, await ticksOf(pid));
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    all: await busyTicks(),
    server: ((user + system) / 1e6) * TICKS_PER_SECOND,
    postgres,
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
