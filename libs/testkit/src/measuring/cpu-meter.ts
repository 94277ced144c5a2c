import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

interface Ticks {
  at: number;
  own: number;
  /** By process id. */
  postgres: Map<number, number>;
  machine: number;
}

/** CPU since the start, in cores. */
export interface CpuCores {
  /** Taken by this process. */
  own: number;
  /** Taken by Postgres, when it runs on this machine. */
  postgres: number;
  /** Taken by everything, these two included. */
  machine: number;
}

/** The CPU that a benchmark took, beside what else went on. */
export class CpuMeter {
  private constructor(
    private readonly pool: Pool,
    private readonly first: Ticks,
  ) {}

  static async start(pool: Pool): Promise<CpuMeter> {
    return new CpuMeter(pool, await readTicks(pool));
  }

  async read(): Promise<CpuCores> {
    const { first } = this;
    const last = await readTicks(this.pool);
    const cores = (ticks: number) => (ticks * 1_000) / TICKS_PER_SECOND / (last.at - first.at);
    let postgres = 0;
    for (const [pid, ticks] of last.postgres) postgres += ticks - (first.postgres.get(pid) ?? 0);
    return {
      own: cores(last.own - first.own),
      postgres: cores(postgres),
      machine: cores(last.machine - first.machine),
    };
  }
}

async function readTicks(pool: Pool): Promise<Ticks> {
  const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity');
  const postgres = new Map<number, number>();
  for (const { pid } of rows) postgres.set(pid, await ticksOf(pid));
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    own: ((user + system) / 1e6) * TICKS_PER_SECOND,
    postgres,
    machine: await busyTicks(),
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
