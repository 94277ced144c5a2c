import { describe, expect, it } from '@jest/globals';
import { chooseVersion, probePauseMs, type Verdict } from './choose-version.js';

const choose = (verdicts: Record<string, Verdict>, candidates = ['3', '2', '1'], failedProbes = 0) =>
  chooseVersion(candidates, new Map(Object.entries(verdicts)), failedProbes);

describe('the version of the client', () => {
  it('is the first candidate, without a probe, until the network refuses it', () => {
    expect(choose({})).toEqual({ version: '3', probe: false, allRejected: false });
    expect(choose({ '2': 'rejected' })).toMatchObject({ version: '3', probe: false });
  });

  it('is the next one after a refusal, which one account tries for all', () => {
    expect(choose({ '3': 'rejected' })).toEqual({ version: '2', probe: true, allRejected: false });
    expect(choose({ '3': 'rejected', '2': 'rejected' })).toMatchObject({ version: '1', probe: true });
  });

  it('is for all to use once it was tried with success', () => {
    expect(choose({ '3': 'rejected', '2': 'accepted' })).toMatchObject({ version: '2', probe: false });
    expect(choose({ '3': 'accepted' })).toMatchObject({ version: '3', probe: false });
  });

  it('is tried in turn when all were refused', () => {
    const rejected = { '3': 'rejected', '2': 'rejected', '1': 'rejected' } as const;
    expect([0, 1, 2, 3].map((failed) => choose(rejected, ['3', '2', '1'], failed).version)).toEqual([
      '3',
      '2',
      '1',
      '3',
    ]);
    expect(choose(rejected)).toMatchObject({ probe: true, allRejected: true });
  });

  it('does not care about versions that are no candidates any more', () => {
    expect(choose({ '3': 'rejected' }, ['4', '3'])).toMatchObject({ version: '4', probe: false });
  });
});

it('tries seldom, and then every 15 minutes, when all versions were refused', () => {
  expect([0, 1, 2, 50].map(probePauseMs)).toEqual([10_000, 60_000, 900_000, 900_000]);
});
