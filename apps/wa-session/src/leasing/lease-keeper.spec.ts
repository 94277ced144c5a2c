import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LeaseKeeper, type LeaseKeeperOptions } from './lease-keeper.js';
import type { LeaseTable } from './lease-table.js';
import type { PodTable } from './pod-table.js';

const MINUTE = 60_000;

/** A keeper whose Postgres answers when the test says so. */
class KeeperInTest {
  readonly asked = { renew: 0, beat: 0 };
  readonly waiting = { renew: [] as Array<() => void>, beat: [] as Array<() => void> };
  hangs = { renew: false, beat: false };
  readonly keeper: LeaseKeeper;

  constructor() {
    const answer = async (what: 'renew' | 'beat') => {
      this.asked[what]++;
      if (this.hangs[what]) await new Promise<void>((resolve) => this.waiting[what].push(resolve));
    };
    const leases: Partial<LeaseTable> = {
      renew: async () => {
        await answer('renew');
        return new Map();
      },
      claim: async () => [],
      wished: async () => [],
    };
    const pods: Partial<PodTable> = {
      beat: async () => {
        await answer('beat');
        return { wanting: 0, withoutOwner: 0, others: [], former: [] };
      },
      leave: async () => undefined,
    };
    this.keeper = new LeaseKeeper(
      leases as LeaseTable,
      pods as PodTable,
      {
        renewEveryMs: 10_000,
        shareEveryMs: 2_000,
        hasteAfterMs: 30_000,
        room: 500,
        claimAtOnce: 50,
        closeAtOnce: 20,
        moveWithinMs: 1_000,
        withoutOwner: () => undefined,
      } as Partial<LeaseKeeperOptions> as LeaseKeeperOptions,
    );
    this.keeper.start();
  }
}

describe('while Postgres does not answer, a pod', () => {
  let world: KeeperInTest;
  beforeEach(() => {
    jest.useFakeTimers();
    world = new KeeperInTest();
  });
  afterEach(async () => {
    world.hangs = { renew: false, beat: false };
    await Promise.all([world.keeper.drain(0), jest.advanceTimersByTimeAsync(5_000)]);
    jest.useRealTimers();
  });

  it('begins no round before the former one has ended, and none in a hurry afterwards', async () => {
    world.hangs = { renew: true, beat: true };
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    for (let hints = 0; hints < 10; hints++) world.keeper.wake();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(world.asked).toEqual({ renew: 1, beat: 1 });
    world.hangs = { renew: false, beat: false };
    for (const resume of [...world.waiting.renew, ...world.waiting.beat]) resume();
    await jest.advanceTimersByTimeAsync(1_000);
    // The hints are seen to, once.
    expect(world.asked).toEqual({ renew: 1, beat: 2 });
  });

  it('renews its leases although sharing hangs', async () => {
    world.hangs.beat = true;
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(world.asked.renew).toBeGreaterThanOrEqual(5);
  });
});
