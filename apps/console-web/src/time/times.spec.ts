import { describe, expect, it } from '@jest/globals';
import { countdown, dayName, relativeTime, shortTime } from './times.js';

const now = new Date(2026, 10, 24, 12, 0, 0);
const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);

describe('a time', () => {
  it.each([
    [5, 'just now'],
    [-5, 'in a moment'],
    [60, '1 minute ago'],
    [3_599, '59 minutes ago'],
    [2 * 3_600, '2 hours ago'],
    [-3 * 3_600, 'in 3 hours'],
    [24 * 3_600, 'yesterday'],
    [40 * 24 * 3_600, 'last month'],
  ])('%i seconds ago is told as "%s"', (seconds, words) => {
    expect(relativeTime(before(seconds), now, 'en')).toBe(words);
  });

  it.each([
    [0, 'Today', '12:00'],
    [13 * 3_600, 'Yesterday', 'Yesterday'],
    [3 * 24 * 3_600, 'Saturday', 'Sat'],
    [30 * 24 * 3_600, '25 October', '25 Oct 26'],
    [400 * 24 * 3_600, '20 October 2025', '20 Oct 25'],
  ])('%i seconds ago belongs to the day "%s"', (seconds, day, short) => {
    expect(dayName(before(seconds), now, 'en-GB')).toBe(day);
    expect(shortTime(before(seconds), now, 'en-GB')).toBe(short);
  });

  it.each([
    [-1, 'now'],
    [12, '12 s'],
    [89, '89 s'],
    [180, '3 min'],
    [7_200, '2 h'],
    [7_500, '2 h 5 min'],
  ])('that is %i seconds away counts down as "%s"', (seconds, words) => {
    expect(countdown(before(-seconds), now)).toBe(words);
  });
});
