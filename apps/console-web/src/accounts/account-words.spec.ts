import { describe, expect, it } from '@jest/globals';
import { localTimes, paceWords } from './account-words.js';

describe('the words about an account', () => {
  it('tell instants in the zone of whoever reads them', () => {
    const at = new Date(2026, 10, 24, 14, 5);
    const instant = `${at.toISOString().slice(0, 19)}Z`;
    expect(localTimes(`The account connects again at ${instant}.`, 'en-GB')).toBe(
      'The account connects again at 24 Nov 2026, 14:05.',
    );
  });

  it('tell the pace in seconds', () => {
    expect([paceWords(1_500, 2_500, 'en'), paceWords(2_000, 2_000, 'en')]).toEqual(['1.5–2.5 s', '2 s']);
  });
});
