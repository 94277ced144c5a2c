import { describe, expect, it } from '@jest/globals';
import { areOnePerson, joinPeople } from './one-person.js';

const [PN, PN2, LID, LID2] = ['1@s.whatsapp.net', '2@s.whatsapp.net', '10@lid', '20@lid'];

describe('addresses', () => {
  it('that events give to one person are joined, in whatever order they come', () => {
    expect(joinPeople([[LID], [PN], [PN, LID], [PN2]]).map((jids) => jids.sort())).toEqual([
      [LID, PN].sort(),
      [PN2],
    ]);
    expect(
      joinPeople([
        [PN, LID],
        [LID2, PN],
      ]).map((jids) => jids.sort()),
    ).toEqual([[PN, LID, LID2].sort()]);
  });

  it('of two people are not joined by a number that changed hands', () => {
    expect(areOnePerson([PN, LID])).toBe(true);
    expect(areOnePerson([PN, LID, LID2])).toBe(true);
    expect(areOnePerson([PN, PN2, LID])).toBe(true);
    expect(areOnePerson([PN, PN2, LID, LID2])).toBe(false);
    expect(joinPeople([[PN, LID], [PN2, LID2], [PN2, LID], ['3@lid']])).toEqual([['3@lid']]);
  });
});
