import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fairShare, surplus } from './fair-share.js';

describe('the fair share of accounts', () => {
  it.each([
    [10, [500, 500], 5],
    [11, [500, 500], 6],
    [0, [500], 0],
    [10, [2, 500], 8],
    [10, [3, 3], 3],
    [7, [], 0],
  ])('of %i accounts over pods with room for %j is %i', (accounts, rooms, share) => {
    expect(fairShare(accounts, rooms)).toBe(share);
  });

  it('finds a pod for every account where there is room, and is the least that does', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 }),
        (accounts, rooms) => {
          const places = (level: number) => rooms.reduce((sum, room) => sum + Math.min(room, level), 0);
          const share = fairShare(accounts, rooms);
          if (places(Infinity) < accounts) expect(share).toBe(Math.max(...rooms));
          else {
            expect(places(share)).toBeGreaterThanOrEqual(accounts);
            if (share > 0) expect(places(share - 1)).toBeLessThan(accounts);
          }
        },
      ),
    );
  });
});

describe('what a pod hands on', () => {
  const hungry = [{ sessions: 0, room: 500 }];

  it('is nothing while it holds about its share', () => {
    expect([surplus(10, 10, hungry), surplus(11, 10, hungry), surplus(110, 100, hungry)]).toEqual([0, 0, 0]);
  });

  it('is few at a time, and no more than what is too much', () => {
    expect([surplus(12, 10, hungry), surplus(13, 10, hungry), surplus(400, 100, hungry)]).toEqual([1, 2, 2]);
  });

  it('is nothing when nobody would take it', () => {
    expect(surplus(400, 100, [])).toBe(0);
    expect(surplus(400, 100, [{ sessions: 100, room: 500 }])).toBe(0);
    expect(surplus(400, 100, [{ sessions: 50, room: 50 }])).toBe(0);
  });
});
