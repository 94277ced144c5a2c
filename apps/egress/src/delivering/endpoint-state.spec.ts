import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EndpointModel, scripts, type Attempt, type World } from '../testing/endpoint-model.js';
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

/** The endpoint in memory, with a clock of its own. */
class MemoryWorld implements World {
  private now = 1_000_000;
  private endpoint = HEALTHY;

  async read() {
    const { nextAttemptAt } = this.endpoint;
    return { ...this.endpoint, isDue: nextAttemptAt !== null && nextAttemptAt <= this.now };
  }

  /** As the statement that takes the probe. */
  async begin(): Promise<Attempt | undefined> {
    const { state, nextAttemptAt } = this.endpoint;
    if (state === 'disabled') return undefined;
    if (state === 'healthy') return {};
    if (nextAttemptAt! > this.now) return undefined;
    const probe = this.now + HELD_MS;
    this.endpoint = { ...this.endpoint, nextAttemptAt: probe, isProbed: true };
    return { probe };
  }

  async end({ probe }: Attempt, failed: boolean, retryAfterMs: number): Promise<void> {
    const end = failed
      ? ({ kind: 'failed', probe, retryAfterMs } as const)
      : ({ kind: 'succeeded' } as const);
    this.endpoint = afterAttempt(this.endpoint, end, this.now, RULES);
  }

  async enable(): Promise<void> {
    this.endpoint = HEALTHY;
  }

  async wait(ms: number): Promise<void> {
    this.now += ms;
  }

  async waitUntilDue(): Promise<void> {
    this.now = Math.max(this.now, this.endpoint.nextAttemptAt ?? 0);
  }
}

describe('whatever happens, an endpoint', () => {
  it('counts errors in a row, is probed by one at a time, is disabled once per enabling, and recovers', async () => {
    let disabled = 0;
    let recovered = 0;
    await fc.assert(
      fc.asyncProperty(scripts(120), async (script) => {
        const model = new EndpointModel(new MemoryWorld());
        await model.play(script);
        disabled += model.disabled;
        recovered += model.recovered;
      }),
      { numRuns: 100 },
    );
    // The scripts went everywhere.
    expect(disabled).toBeGreaterThan(0);
    expect(recovered).toBeGreaterThan(0);
  });
});
