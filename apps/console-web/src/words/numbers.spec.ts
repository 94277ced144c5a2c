import { expect, it } from '@jest/globals';
import { initials } from './initials.js';
import { formatBytes, formatChange, formatNumber } from './numbers.js';

it('numbers are written as the viewer writes them', () => {
  expect([formatNumber(12_345, 'en'), formatNumber(12_345, 'de')]).toEqual(['12,345', '12.345']);
  expect([formatChange(5, 'en'), formatChange(-5, 'en'), formatChange(0, 'en')]).toEqual(['+5', '-5', '0']);
  expect([formatBytes(999, 'en'), formatBytes(1_540, 'en'), formatBytes(2_097_152, 'en')]).toEqual([
    '999 B',
    '1.5 kB',
    '2.1 MB',
  ]);
});

it('initials are those of the first and the last name, of any script', () => {
  expect(['Jane Smith', 'Tom', '+14155550123', 'अमिता राव', '— ', 'a b c'].map(initials)).toEqual([
    'JS',
    'T',
    '23',
    'अर',
    '#',
    'AC',
  ]);
});
