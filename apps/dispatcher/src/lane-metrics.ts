import { Inject, Injectable } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { Database, readUnlessAway } from '@waypost/persistence';
import { Gauge, Registry } from 'prom-client';

/** Due lanes of a kind are counted up to here: a gauge must not read a large table. */
const COUNTED = 10_000;

/** How much work of every kind is due now, for all services: they share the lanes. */
@Injectable()
export class LaneMetrics {
  constructor(@Inject(Registry) registry: Registry, @Inject(Database) { pool }: Database) {
    const kinds = Object.values(laneKinds);
    new Gauge({
      name: 'waypost_lanes_due',
      help: `Open lanes that are due and in no worker's hands, by kind, counted up to ${COUNTED}.`,
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const rows = await readUnlessAway(
          pool,
          `select kind, (
             select count(*)::integer from (
               select from lane l where l.kind = kinds.kind and l.is_open and l.next_at <= now() limit ${COUNTED}
             ) due
           ) as due
           from unnest(array['${kinds.join("','")}']) as kinds(kind)`,
        );
        for (const kind of kinds) {
          this.set({ kind }, rows?.find((row) => row.kind === kind)?.due ?? Number.NaN);
        }
      },
    });
  }
}
