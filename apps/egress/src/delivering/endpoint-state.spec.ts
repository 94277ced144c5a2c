import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterAttempt, type EndpointState } from './endpoint-state.js';

const MINUTES = [5 / 60, 0.5, 2, 5, 15, 30, 60, 120, 240, 480];
const RULES = { scheduleMs: MINUTES.map((minutes) => minutes * 60_000), maxErrors: 10 };
const HEALTHY: EndpointState = {
  state: 'healthy',
  consecutiveErrors: 0,
  nextAttemptAt: null,
  isProbed: false,
};
const FAILED = { kind: 'failed', retryAfterMs: 0 } as const;
const HELD_MS = 20_000;
const evenly = () => 0.5;

describe('an endpoint', () => {
  it('is left alone for the steps of the schedule, and disabled by the 11th error in a row', () => {
    let endpoint = HEALTHY;
    let now = 1_000_000;
    const pauses: number[] = [];
    for (let errors = 1; errors <= 10; errors++) {
      const probe = endpoint.nextAttemptAt ?? undefined;
      endpoint = afterAttempt(endpoint, { ...FAILED, probe }, now, RULES, evenly);
      expect(endpoint).toMatchObject({ state: 'backing_off', consecutiveErrors: errors });
      pauses.push(endpoint.nextAttemptAt! - now);
      now = endpoint.nextAttemptAt!;
    }
    expect(pauses.map((ms) => ms / 60_000)).toEqual(MINUTES);
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(15 * 3_600_000);
    endpoint = afterAttempt(endpoint, { ...FAILED, probe: endpoint.nextAttemptAt! }, now, RULES);
    expect(endpoint).toMatchObject({ state: 'disabled', consecutiveErrors: 11, nextAttemptAt: null });
  });

  it.each([
    [0, 4_000],
    [1, 6_000],
  ])('has steps spread by 20 %%: at %d of the range %d ms', (place, ms) => {
    const { nextAttemptAt } = afterAttempt(HEALTHY, FAILED, 0, RULES, () => place);
    expect(nextAttemptAt).toBe(ms);
  });

  it('may lengthen a step and not shorten it', () => {
    const after = (retryAfterMs: number) =>
      afterAttempt(HEALTHY, { ...FAILED, retryAfterMs }, 0, RULES, evenly).nextAttemptAt;
    expect(after(60_000)).toBe(60_000);
    expect(after(1_000)).toBe(5_000);
  });

  it('is left alone for the longest that one of the requests that fail together asks for', () => {
    const first = afterAttempt(HEALTHY, { ...FAILED, retryAfterMs: 60_000 }, 0, RULES, evenly);
    const second = afterAttempt(first, { ...FAILED, retryAfterMs: 90_000 }, 1_000, RULES);
    expect(second).toMatchObject({ consecutiveErrors: 1, nextAttemptAt: 91_000 });
    expect(afterAttempt(second, { ...FAILED, retryAfterMs: 30_000 }, 2_000, RULES)).toEqual(second);
    expect(afterAttempt(second, FAILED, 100_000, RULES)).toEqual(second);
    const probed = { ...second, isProbed: true };
    expect(afterAttempt(probed, { ...FAILED, retryAfterMs: 900_000 }, 2_000, RULES)).toEqual(probed);
  });
});

/** What the product promises, kept by other means: a count of errors in a row, and which attempt is the probe. */
class Model {
  errors = 0;
  disabled = 0;
  enabled = 0;
  probe?: Attempt;
}

interface Attempt {
  probe?: number;
}

/** The endpoint as Postgres would hold it, the requests in flight, and the time. */
class World {
  now = 1_000_000;
  endpoint = HEALTHY;
  inFlight: Attempt[] = [];

  /** As the statement that takes the probe. */
  begin(): Attempt | undefined {
    const { state, nextAttemptAt } = this.endpoint;
    if (state === 'disabled') return undefined;
    const attempt: Attempt = {};
    if (state === 'backing_off') {
      if (nextAttemptAt! > this.now) return undefined;
      attempt.probe = this.now + HELD_MS;
      this.endpoint = { ...this.endpoint, nextAttemptAt: attempt.probe, isProbed: true };
    }
    this.inFlight.push(attempt);
    return attempt;
  }

  end(place: number, failed: boolean, retryAfterMs: number): Attempt | undefined {
    if (this.inFlight.length === 0) return undefined;
    const [attempt] = this.inFlight.splice(place % this.inFlight.length, 1);
    const end = failed
      ? ({ kind: 'failed', probe: attempt!.probe, retryAfterMs } as const)
      : ({ kind: 'succeeded' } as const);
    this.endpoint = afterAttempt(this.endpoint, end, this.now, RULES);
    return attempt;
  }
}

const commands = [
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
];

function repeated<C extends object>(command: C): C[] {
  const times = 'times' in command ? Number(command.times) : 1;
  return Array.from({ length: times }, () => command);
}

describe('whatever happens, an endpoint', () => {
  it('counts errors in a row, is probed by one at a time, is disabled once per enabling, and recovers', () => {
    let disabled = 0;
    let recovered = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(...commands), { maxLength: 120 }), (script) => {
        const world = new World();
        const model = new Model();
        for (const command of script.flatMap(repeated)) {
          const before = world.endpoint;
          if (command.does === 'wait') world.now += command.ms;
          // A process dies with its requests: nothing is heard of them.
          if (command.does === 'die') world.inFlight = [];
          if (command.does === 'enable' && before.state === 'disabled') {
            world.endpoint = HEALTHY;
            model.errors = 0;
            model.enabled++;
          }
          if (command.does === 'begin') {
            const begun = world.begin();
            if (begun && before.state === 'backing_off') {
              // The one before has ended, or was given up for dead.
              expect(world.now).toBeGreaterThanOrEqual(before.nextAttemptAt!);
              model.probe = begun;
            }
          }
          if (command.does === 'end' || command.does === 'fail the probe') {
            const isProbe = command.does === 'fail the probe';
            if (isProbe && world.endpoint.state === 'backing_off') {
              world.now = Math.max(world.now, world.endpoint.nextAttemptAt!);
              model.probe = world.begin();
            }
            const place = isProbe ? world.inFlight.length - 1 : command.place;
            const failed = isProbe || command.failed;
            const ended = world.end(Math.max(place, 0), failed, isProbe ? 0 : command.retryAfterMs);
            if (ended && before.state !== 'disabled') {
              const counted =
                ended.probe === undefined ? before.consecutiveErrors === 0 : ended === model.probe;
              if (!failed) {
                if (model.errors > 0) recovered++;
                model.errors = 0;
              } else if (counted && !(ended.probe !== undefined && model.errors === 0)) model.errors++;
              if (world.endpoint.state === 'disabled') model.disabled++;
            }
          }
          const { state, consecutiveErrors, nextAttemptAt } = world.endpoint;
          expect(consecutiveErrors).toBe(model.errors);
          expect(state).toBe(model.errors === 0 ? 'healthy' : model.errors > 10 ? 'disabled' : 'backing_off');
          expect(nextAttemptAt === null).toBe(state !== 'backing_off');
          expect(model.disabled - model.enabled).toBe(state === 'disabled' ? 1 : 0);
        }
        disabled += model.disabled;
      }),
      { numRuns: 2_000 },
    );
    // The scripts went everywhere.
    expect(disabled).toBeGreaterThan(0);
    expect(recovered).toBeGreaterThan(0);
  });
});
