import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeptRunning, type Part } from './kept-running.js';

/** A process that a test ends by hand. */
class FakePart implements Part {
  pid: number | undefined;
  starts = 0;
  failNextStart = false;

  constructor(readonly die: (reason: string) => void) {}

  async start(): Promise<void> {
    if (this.failNextStart) {
      this.failNextStart = false;
      throw new Error('its port is taken');
    }
    this.pid = ++this.starts;
  }

  async stop(): Promise<void> {
    this.pid = undefined;
  }
}

describe('a process that is kept running', () => {
  let deaths: string[];
  let starts: number;
  let kept: KeptRunning<FakePart>;

  beforeEach(async () => {
    jest.useFakeTimers();
    deaths = [];
    starts = 0;
    const watch = {
      died: (name: string, reason: string) => void deaths.push(`${name}: ${reason}`),
      started: () => void starts++,
    };
    kept = new KeptRunning('ingress', (died) => new FakePart(died), watch, { now: () => new Date() });
    await kept.start();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** How long it takes until it runs again, to the nearest 100 ms. */
  async function timeToNextStart(): Promise<number> {
    const before = starts;
    for (let waited = 0; waited <= 10_000; waited += 100) {
      if (starts > before) return waited;
      await jest.advanceTimersByTimeAsync(100);
    }
    throw new Error('it was not started again');
  }

  it('is started again 200 ms after it ended', async () => {
    kept.part.die('killed by SIGKILL');
    expect(deaths).toEqual(['ingress: killed by SIGKILL']);
    expect(await timeToNextStart()).toBe(200);
    expect(kept.part.pid).toBe(2);
  });

  it('waits longer each time while it keeps dying, up to 5 s', async () => {
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      kept.part.die('exit code 1');
      waits.push(await timeToNextStart());
    }
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(kept.deaths).toBe(7);
  });

  it('is started again soon when it had been well for a while', async () => {
    for (let i = 0; i < 3; i++) {
      kept.part.die('exit code 1');
      await timeToNextStart();
    }
    await jest.advanceTimersByTimeAsync(31_000);
    kept.part.die('exit code 1');
    expect(await timeToNextStart()).toBe(200);
  });

  it('counts a start that fails as a death', async () => {
    kept.part.failNextStart = true;
    kept.part.die('exit code 1');
    expect(await timeToNextStart()).toBe(600);
    expect(deaths).toEqual(['ingress: exit code 1', 'ingress: its port is taken']);
  });

  it('is not started again once it was stopped', async () => {
    kept.part.die('exit code 1');
    await kept.stop();
    kept.part.die('killed by SIGTERM');
    await jest.advanceTimersByTimeAsync(20_000);
    expect(starts).toBe(1);
    expect(deaths).toHaveLength(1);
  });
});
