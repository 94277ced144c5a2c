import { expect, it } from '@jest/globals';
import { detailWords } from './detail-words.js';

it('what was changed is told in words, but not twice', () => {
  expect(detailWords({ email: 'tom@shop.example', role: 'owner' }, 'tom@shop.example')).toBe('Role: owner');
  expect(detailWords({ granularityHours: 6, enabled: false, note: null }, null)).toBe(
    'Granularity hours: 6, enabled: off, note: none',
  );
  expect(detailWords({}, null)).toBe('');
});
