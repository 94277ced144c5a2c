import { Controller, Get, Header } from '@nestjs/common';
import type { Database } from '@waypost/persistence';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The registry of this process, with Node's own figures (memory, CPU, event-loop lag). */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What the process does with its connections to Postgres. */
export function watchPool(registry: Registry, { pool }: Database): void {
  new Gauge({
    name: 'waypost_database_connections',
    help: 'Connections to Postgres that are open, by whether they are in use.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'waypost_database_waiting',
    help: 'Pieces of work that wait for a connection to Postgres.',
    registers: [registry],
    collect() {
      this.set(pool.waitingCount);
    },
  });
}

@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
