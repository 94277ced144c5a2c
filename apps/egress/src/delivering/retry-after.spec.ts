import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

describe('Retry-After', () => {
  const now = new Date('2026-01-01T00:00:00Z');

  it.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['99999999', 86_400_000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    ['Thu Jan  1 00:01:00 2026', 60_000],
    ['soon', 0],
    ['soon 2099', 0],
    ['2099', 2_099_000],
    ['2026-01-01T00:01:00Z', 0],
    ['Thu, 01 Jan 2099 00:01:00', 0],
    ['1.5', 0],
    ['-60', 0],
    ['', 0],
    [undefined, 0],
    [['1', '2'], 0],
  ])('%j is %d ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
