import { expect, it } from '@jest/globals';
import { FetchLimits } from './fetch-limits.js';

it('one host has a limited number of places, whoever asks, and gets them back', () => {
  const limits = new FetchLimits(2);
  const giveBack = limits.take('slow.example', 'a')!;
  limits.take('slow.example', 'b');
  expect(limits.take('slow.example', 'c')).toBeUndefined();
  expect(limits.take('other.example', 'c')).toBeDefined();
  giveBack();
  expect(limits.take('slow.example', 'c')).toBeDefined();
  expect(limits.take('slow.example', 'd')).toBeUndefined();
});

it('one workspace has a limited number of places, whatever hosts it names', () => {
  const limits = new FetchLimits(2);
  const giveBack = limits.take('1.example', 'greedy')!;
  limits.take('2.example', 'greedy');
  expect(limits.take('3.example', 'greedy')).toBeUndefined();
  expect(limits.take('3.example', 'modest')).toBeDefined();
  giveBack();
  expect(limits.take('3.example', 'greedy')).toBeDefined();
});

it('one workspace leaves half of the places of a host to the others', () => {
  const limits = new FetchLimits(4);
  limits.take('popular.example', 'greedy');
  limits.take('popular.example', 'greedy');
  expect(limits.take('popular.example', 'greedy')).toBeUndefined();
  expect(limits.take('popular.example', 'modest')).toBeDefined();
});
