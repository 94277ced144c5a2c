import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@waypost/testkit';
import { JsonApi } from '../json-api.js';
import { Fleet } from './fleet.js';
import { IncomingTraffic } from './incoming-traffic.js';
import { JournalFollower, type Entry } from './journal-follower.js';
import { mishapAtRandom, type Mishap, type MishapName } from './mishaps.js';
import { OutgoingTraffic } from './outgoing-traffic.js';
import { populate, type Population } from './population.js';
import { Random } from './random.js';
import { deliveryKey, judge, type Finding, type Payload } from './verdict.js';

export interface ChaosOptions {
  seed: number;
  accounts: number;
  contacts: number;
  rounds: number;
  /** No round begins later than this. */
  withinMs: number;
  leaseTtlMs: number;
  /** Messages that are asked for, and written, in a second. */
  perSecond: number;
  /** What happens in a round; by default something at random. */
  mishap?: (random: Random) => Mishap;
  log: (line: string) => void;
  /** Ends the run early, without a verdict. */
  signal?: AbortSignal;
}

/** What one round did. */
export interface Round {
  mishap: MishapName;
  began: number;
  /** Milliseconds from its begin until every account was ready for messages; undefined when that took too long. */
  recoveredMs: number | undefined;
}

export interface ChaosReport {
  rounds: Round[];
  findings: Finding[];
  /** Services that ended by themselves, one sentence each. */
  crashes: string[];
  asked: number;
  written: number;
  journal: Entry[];
}

const RECOVERED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 120_000;
/** Calm between two rounds. */
const CALM_MS = { least: 500, most: 2_000 };

/** Runs traffic both ways through mishaps, and compares what the network saw with what the database has. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, log } = options;
  const fleet = await Fleet.start({ leaseTtlMs: options.leaseTtlMs, paceMs: { least: 150, most: 300 } });
  const journal = new JournalFollower(fleet.sandbox.url);
  try {
    const population = await populate(fleet, options);
    log(`seed ${seed}: ${options.accounts} accounts are connected`);
    journal.start();
    return await new Chaos(fleet, population, journal, options).run();
  } finally {
    await journal.stop().catch(() => undefined);
    await fleet.stop();
  }
}

class Chaos {
  private readonly random: Random;
  private readonly outgoing: OutgoingTraffic;
  private readonly incoming: IncomingTraffic;
  private readonly sandbox: JsonApi;
  private readonly crashes: string[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly population: Population,
    private readonly journal: JournalFollower,
    private readonly options: ChaosOptions,
  ) {
    // Streams of their own: how fast the machine is does not change which mishaps happen.
    this.random = new Random(options.seed);
    this.outgoing = new OutgoingTraffic(population, new Random(options.seed + 1));
    this.incoming = new IncomingTraffic(fleet.sandbox.url, population, new Random(options.seed + 2));
    this.sandbox = new JsonApi(fleet.sandbox.url);
  }

  async run(): Promise<ChaosReport> {
    const everyMs = 1_000 / this.options.perSecond;
    const timers = [
      setInterval(() => this.outgoing.askOne(), everyMs),
      setInterval(() => this.incoming.writeOne(), everyMs),
    ];
    const rounds: Round[] = [];
    const deadline = performance.now() + this.options.withinMs;
    try {
      while (rounds.length < this.options.rounds && performance.now() < deadline) {
        this.options.signal?.throwIfAborted();
        rounds.push(await this.round(rounds.length + 1));
      }
    } finally {
      timers.forEach(clearInterval);
    }
    const findings = await this.settle();
    const counts = { asked: this.outgoing.asked.length, written: this.incoming.written.length };
    return { rounds, findings, crashes: this.crashes, ...counts, journal: this.journal.entries };
  }

  private async round(number: number): Promise<Round> {
    const mishap = this.options.mishap?.(this.random) ?? mishapAtRandom(this.random);
    const began = Date.now();
    await mishap.happen(this.fleet, this.random, this.options);
    const recoveredMs = await this.allActive()
      .then(() => Date.now() - began)
      .catch(() => undefined);
    this.crashes.push(...(await this.fleet.mend()));
    this.options.log(
      `round ${number}: ${mishap.name}, ${recoveredMs === undefined ? 'NOT recovered' : `all accounts ready after ${(recoveredMs / 1_000).toFixed(1)} s`}`,
    );
    await wait(this.random.between(CALM_MS.least, CALM_MS.most));
    return { mishap: mishap.name, began, recoveredMs };
  }

  private async allActive(): Promise<void> {
    await eventually(
      async () => {
        const accounts = await this.sandbox.get<{ devices: { state: string }[] }[]>('/accounts');
        return accounts.every(({ devices }) => devices.some(({ state }) => state === 'active'));
      },
      { withinMs: RECOVERED_WITHIN_MS, everyMs: 100 },
    );
  }

  /** Lets everything come to its end, and judges. What is still open when the time is over is a finding. */
  private async settle(): Promise<Finding[]> {
    const deadline = performance.now() + SETTLED_WITHIN_MS;
    this.options.log('no more mishaps; waiting until everything has arrived');
    await this.outgoing.settle(SETTLED_WITHIN_MS / 2);
    await this.incoming.settle();
    for (;;) {
      this.options.signal?.throwIfAborted();
      await this.journal.read();
      const findings = await this.judge();
      const settled = findings.every(({ broken }) => broken.length === 0);
      if (settled || performance.now() > deadline) return findings;
      await wait(1_000);
    }
  }

  private judge(): Promise<Finding[]> {
    const delivered = this.fleet.receiver.requests.map(({ json }) => deliveryKey(json as Payload));
    const evidence = {
      population: this.population,
      written: this.incoming.written,
      asked: this.outgoing.asked,
      refusals: this.outgoing.refusals,
      journal: this.journal.entries,
      delivered: new Set(delivered),
    };
    return judge(evidence, this.fleet.database);
  }
}
