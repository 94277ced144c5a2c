import { setTimeout as wait } from 'node:timers/promises';
import { JsonApi } from '../json-api.js';
import { PODS, type Fleet } from './fleet.js';
import type { Random } from './random.js';

/** Something that goes wrong; resolves when all that it broke runs again (what the accounts make of it takes longer). */
export interface Mishap {
  name: MishapName;
  happen(fleet: Fleet, random: Random, settings: { leaseTtlMs: number }): Promise<void>;
}

export type MishapName =
  | 'pod killed'
  | 'pod killed, stays away'
  | 'pod stopped'
  | 'rolling restart'
  | 'pod paused'
  | 'Postgres restarted'
  | 'Postgres killed'
  | 'NATS stopped'
  | 'sockets cut'
  | 'dispatcher killed'
  | 'egress killed'
  | 'ingress killed';

const killed = (service: 'dispatcher' | 'egress' | 'ingress'): Mishap => ({
  name: `${service} killed`,
  async happen(fleet, random) {
    await fleet.process(service).kill('SIGKILL');
    await wait(random.between(0, 500));
    await fleet.process(service).start();
  },
});

/** All that can happen. */
export const MISHAPS: readonly Mishap[] = [
  {
    name: 'pod killed',
    async happen(fleet, random) {
      const pod = fleet.process(random.oneOf(PODS));
      await pod.kill('SIGKILL');
      await wait(random.between(0, 300));
      await pod.start();
    },
  },
  {
    name: 'pod killed, stays away',
    async happen(fleet, random, { leaseTtlMs }) {
      const pod = fleet.process(random.oneOf(PODS));
      await pod.kill('SIGKILL');
      // The other one must take its accounts over.
      await wait(leaseTtlMs + random.between(3_000, 6_000));
      await pod.start();
    },
  },
  {
    name: 'pod stopped',
    async happen(fleet, random) {
      const pod = fleet.process(random.oneOf(PODS));
      await pod.kill('SIGTERM');
      await wait(random.between(0, 500));
      await pod.start();
    },
  },
  {
    name: 'rolling restart',
    async happen(fleet) {
      for (const pod of PODS) {
        await fleet.process(pod).kill('SIGTERM');
        await fleet.process(pod).start();
      }
    },
  },
  {
    name: 'pod paused',
    async happen(fleet, random, { leaseTtlMs }) {
      const pod = fleet.process(random.oneOf(PODS));
      pod.signal('SIGSTOP');
      await wait(leaseTtlMs + random.between(500, 4_000));
      pod.signal('SIGCONT');
    },
  },
  {
    name: 'Postgres restarted',
    async happen(fleet, random) {
      await fleet.postgres.stop();
      await wait(random.between(0, 1_500));
      await fleet.postgres.start();
    },
  },
  {
    name: 'Postgres killed',
    async happen(fleet, random) {
      process.kill(fleet.postgres.pid!, 'SIGKILL');
      await fleet.postgres.stop();
      await wait(random.between(0, 1_000));
      await fleet.postgres.start();
    },
  },
  {
    name: 'NATS stopped',
    async happen(fleet, random) {
      await fleet.nats.stop();
      await wait(random.between(200, 3_000));
      await fleet.nats.start();
    },
  },
  {
    name: 'sockets cut',
    async happen(fleet) {
      await new JsonApi(fleet.sandbox.url).post('/network/faults', { kind: 'disconnect' });
    },
  },
  killed('dispatcher'),
  killed('egress'),
  killed('ingress'),
];

const WEIGHTS: Partial<Record<MishapName, number>> = { 'pod killed': 4, 'pod stopped': 2, 'pod paused': 3 };

export function mishap(name: MishapName): Mishap {
  return MISHAPS.find((each) => each.name === name)!;
}

/** One at random; those that sessions feel most come more often. */
export function mishapAtRandom(random: Random): Mishap {
  return random.oneOf(MISHAPS.flatMap((mishap) => Array<Mishap>(WEIGHTS[mishap.name] ?? 1).fill(mishap)));
}
