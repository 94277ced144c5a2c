import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { EndpointState } from '../delivering/endpoint-state.js';

export interface Attempt {
  probe?: number;
}

/** An endpoint, as what is to be tested keeps it, under a clock that the test moves. */
export interface World {
  /** `isDue`: it backs off, and its time has come. */
  read(): Promise<EndpointState & { isDue: boolean }>;
  /** @returns undefined when none may be made now */
  begin(): Promise<Attempt | undefined>;
  end(attempt: Attempt, failed: boolean, retryAfterMs: number): Promise<void>;
  /** As its owner does. */
  enable(): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Until it may be probed, if it backs off. */
  waitUntilDue(): Promise<void>;
}

const command = fc.oneof(
  fc.record({ does: fc.constant('begin' as const) }),
  fc.record({
    does: fc.constant('end' as const),
    place: fc.nat(7),
    failed: fc.boolean(),
    retryAfterMs: fc.constantFrom(0, 0, 0, 90_000),
  }),
  fc.record({ does: fc.constant('fail the probe' as const), times: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 60_000, 40_000_000) }),
  fc.record({ does: fc.constant('die' as const) }),
  fc.record({ does: fc.constant('enable' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** What may happen to an endpoint, one after the other. */
export function scripts(maxLength: number): fc.Arbitrary<Command[]> {
  return fc.array(command, { maxLength, size: 'max' });
}

/** What the product promises, kept by other means: a count of errors in a row, and which attempt is the probe. */
export class EndpointModel {
  disabled = 0;
  recovered = 0;
  private enabled = 0;
  private errors = 0;
  private probe?: Attempt;
  private inFlight: Attempt[] = [];

  constructor(private readonly world: World) {}

  /** Compares after each command. */
  async play(script: readonly Command[]): Promise<void> {
    for (const command of script) {
      for (let times = command.does === 'fail the probe' ? command.times : 1; times > 0; times--) {
        await this.follow(command);
        await this.compare();
      }
    }
  }

  private async follow(command: Command): Promise<void> {
    switch (command.does) {
      case 'begin':
        return this.begin();
      case 'end':
        return this.end(command.place, command.failed, command.retryAfterMs);
      case 'fail the probe':
        await this.world.waitUntilDue();
        await this.begin();
        return this.end(this.inFlight.length - 1, true, 0);
      case 'wait':
        return this.world.wait(command.ms);
      case 'die':
        // A process dies with its requests: nothing is heard of them.
        this.inFlight = [];
        return;
      case 'enable':
        return this.enable();
    }
  }

  private async begin(): Promise<void> {
    const before = await this.world.read();
    const attempt = await this.world.begin();
    if (!attempt) return;
    this.inFlight.push(attempt);
    if (before.state !== 'backing_off') return;
    // The one before has ended, or was given up for dead.
    expect(before.isDue).toBe(true);
    this.probe = attempt;
  }

  private async end(place: number, failed: boolean, retryAfterMs: number): Promise<void> {
    if (this.inFlight.length === 0) return;
    const [attempt] = this.inFlight.splice(place % this.inFlight.length, 1);
    await this.world.end(attempt!, failed, retryAfterMs);
    if (this.disabled > this.enabled) return;
    if (!failed) {
      if (this.errors > 0) this.recovered++;
      this.errors = 0;
      this.probe = undefined;
    } else if (attempt!.probe === undefined ? this.errors === 0 : attempt === this.probe) this.errors++;
    if (this.errors > 10) this.disabled++;
  }

  private async enable(): Promise<void> {
    if (this.disabled === this.enabled) return;
    await this.world.enable();
    this.enabled++;
    this.errors = 0;
    this.probe = undefined;
  }

  private async compare(): Promise<void> {
    const { state, consecutiveErrors, nextAttemptAt } = await this.world.read();
    const expected = this.errors === 0 ? 'healthy' : this.errors > 10 ? 'disabled' : 'backing_off';
    expect([state, consecutiveErrors]).toEqual([expected, this.errors]);
    expect(nextAttemptAt === null).toBe(state !== 'backing_off');
  }
}
