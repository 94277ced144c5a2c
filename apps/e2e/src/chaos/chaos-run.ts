import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '@waypost/testkit';
import { JsonApi } from '../json-api.js';
import { Fleet } from './fleet.js';
import { IncomingTraffic } from './incoming-traffic.js';
import { JournalFollower } from './journal-follower.js';
import type { Mishap, MishapName } from './mishaps.js';
import { OutgoingTraffic } from './outgoing-traffic.js';
import { populate, type Population } from './population.js';
import { Random } from './random.js';
import { deliveryKey, judge, type Finding, type Payload } from './verdict.js';

export interface ChaosOptions {
  seed: number;
  accounts: number;
  contacts: number;
  leaseTtlMs: number;
  /** Messages that are asked for, and written, in a second. */
  perSecond: number;
  /** Ends it early: what happens is still undone, but nothing is waited for any more. */
  signal?: AbortSignal;
}

/** What one round did. */
export interface Round {
  mishap: MishapName;
  /** Milliseconds since 1970. */
  began: number;
  /** Milliseconds from its begin until every account was ready for messages; undefined when that took too long. */
  recoveredMs: number | undefined;
}

const RECOVERED_WITHIN_MS = 60_000;
/** The pause between two sends of an account, much shorter than in life, so that much is under way when something goes wrong. */
const PACE_MS = { least: 150, most: 300 };

/** A whole system under traffic both ways, to which mishaps happen, and the verdict on what became of the messages. */
export class ChaosRun {
  readonly outgoing: OutgoingTraffic;
  readonly incoming: IncomingTraffic;
  /** Services that ended by themselves, one sentence each. */
  readonly crashes: string[] = [];
  readonly rounds: Round[] = [];
  /** For what happens; traffic has streams of its own, so how fast the machine is does not change which mishaps happen. */
  readonly random: Random;
  private readonly sandbox: JsonApi;
  private timers: NodeJS.Timeout[] = [];

  private constructor(
    readonly fleet: Fleet,
    readonly population: Population,
    readonly journal: JournalFollower,
    private readonly options: ChaosOptions,
  ) {
    this.random = new Random(options.seed);
    this.outgoing = new OutgoingTraffic(population, new Random(options.seed + 1));
    this.incoming = new IncomingTraffic(fleet.sandbox.url, population, new Random(options.seed + 2));
    this.sandbox = new JsonApi(fleet.sandbox.url);
  }

  /** Starts the system, links the accounts, and lets the traffic begin. */
  static async start(options: ChaosOptions): Promise<ChaosRun> {
    const { leaseTtlMs, signal } = options;
    const fleet = await Fleet.start({ leaseTtlMs, paceMs: PACE_MS, signal });
    try {
      const journal = new JournalFollower(fleet.sandbox.url);
      const run = new ChaosRun(fleet, await populate(fleet, options), journal, options);
      journal.start();
      run.beginTraffic();
      return run;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.endTraffic();
    await this.journal.stop().catch(() => undefined);
    await this.fleet.stop();
  }

  private beginTraffic(): void {
    const everyMs = 1_000 / this.options.perSecond;
    this.timers = [
      setInterval(() => this.outgoing.askOne(), everyMs),
      setInterval(() => this.incoming.writeOne(), everyMs),
    ];
  }

  /** Lets something happen, and waits until every account is ready for messages again. */
  async suffer(mishap: Mishap): Promise<Round> {
    const began = Date.now();
    await mishap.happen(this.fleet, this.random, this.options);
    const recoveredMs = await this.allActive()
      .then(() => Date.now() - began)
      .catch(() => undefined);
    this.crashes.push(...(await this.fleet.mend()));
    const round = { mishap: mishap.name, began, recoveredMs };
    this.rounds.push(round);
    return round;
  }

  /**
   * Ends the traffic, lets everything arrive, and judges. What is still open when nothing has changed for `patienceMs` is a finding.
   */
  async settle(patienceMs: number): Promise<Finding[]> {
    this.endTraffic();
    await this.outgoing.settle(patienceMs);
    await this.incoming.settle();
    let fewest = Infinity;
    let deadline = 0;
    for (;;) {
      const findings = await this.judge();
      const open = findings.reduce((sum, { broken }) => sum + broken.length, 0);
      if (open < fewest) deadline = performance.now() + patienceMs;
      fewest = Math.min(fewest, open);
      if (open === 0 || performance.now() > deadline) return findings;
      await wait(500);
    }
  }

  /** As things are at this moment. */
  async judge(): Promise<Finding[]> {
    await this.journal.read();
    const payloads = this.fleet.receiver.requests.map(({ json }) => json as Payload);
    const evidence = {
      population: this.population,
      written: this.incoming.written,
      asked: this.outgoing.asked,
      refusals: this.outgoing.refusals,
      journal: this.journal.entries,
      delivered: new Set(payloads.map(deliveryKey)),
    };
    return judge(evidence, this.fleet.database);
  }

  private endTraffic(): void {
    this.timers.forEach(clearInterval);
  }

  /** Resolves when every account is ready for messages, or the run is to end early. */
  async allActive(): Promise<void> {
    await eventually(
      async () => {
        const accounts = await this.sandbox.get<{ devices: { state: string }[] }[]>('/accounts');
        return (
          this.options.signal?.aborted ||
          accounts.every(({ devices }) => devices.some(({ state }) => state === 'active'))
        );
      },
      { withinMs: RECOVERED_WITHIN_MS, everyMs: 50 },
    );
  }
}
