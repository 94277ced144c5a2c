import { expect, it } from '@jest/globals';
import { axisTop, dayLabel, daysLeft, successShare } from './chart.js';

it.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 5],
  [7, 10],
  [10, 10],
  [11, 20],
  [4_321, 5_000],
])('an axis that reaches %i ends at %i', (largest, top) => {
  expect(axisTop(largest)).toBe(top);
});

it('days are named as the viewer names them, and stay the same everywhere', () => {
  expect(dayLabel('2026-11-24', 'en-GB')).toMatch(/^Tue,? 24 Nov$/);
});

it('success counts what has an outcome', () => {
  expect(successShare({ delivered: 97, failed: 3 }, 'en')).toBe('97%');
  expect(successShare({ delivered: 0, failed: 0 }, 'en')).toBeUndefined();
});

it('credits last as long as they did until now', () => {
  expect(
    daysLeft([
      { used: 10, left: 90 },
      { used: 20, left: 70 },
    ]),
  ).toBe(4);
  expect(daysLeft([{ used: 0, left: 5 }])).toBeUndefined();
});
