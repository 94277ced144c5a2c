import { expect, it } from '@jest/globals';
import { lastDays } from './day-range.js';

it.each([
  ['UTC', '2026-03-01T01:30:00Z', ['2026-02-27', '2026-02-28', '2026-03-01']],
  ['America/New_York', '2026-03-01T01:30:00Z', ['2026-02-26', '2026-02-27', '2026-02-28']],
  ['Pacific/Kiritimati', '2025-12-31T12:00:00Z', ['2025-12-30', '2025-12-31', '2026-01-01']],
])('the last days are those of %s', (zone, now, days) => {
  expect(lastDays(new Date(now), zone, 3)).toEqual(days);
});
