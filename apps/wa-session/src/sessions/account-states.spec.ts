import { describe, expect, it } from '@jest/globals';
import type { AccountState } from '@waypost/persistence';
import { readFileSync } from 'node:fs';
import { AFTER_REST, mayFollow, NEXT_STATES } from './account-states.js';
import { afterClose, closeReasons } from './close-policy.js';

const arrows = (table: object) =>
  Object.entries(table as Record<string, string[]>).flatMap(([from, next]) =>
    next.map((to) => `${from} → ${to}`),
  );

describe('the states of an account', () => {
  it('are drawn as they are: no arrow is missing, none is too many', () => {
    const text = readFileSync(new URL('../../../../docs/states/session.md', import.meta.url), 'utf8');
    const drawn = [...text.matchAll(/^ {2}(\S+) --> (\w+): .+$/gm)]
      .filter(([, from, to]) => from !== to)
      .map(([, from, to]) => `${from === '[*]' ? 'start' : from} → ${to}`);
    const known = [...arrows(NEXT_STATES), ...arrows(AFTER_REST)];
    expect([...new Set(drawn)].sort()).toEqual(known.sort());
  });

  it('lead, after each close of a connection, where the table says', () => {
    const live = ['pairing', 'connecting', 'connected'] satisfies AccountState[];
    for (const code of [...Object.keys(closeReasons).map(Number), 599]) {
      const decision = afterClose({ code }, { failures: 0, replaced: 0, restarts: 0 });
      if (decision.do === 'drop') throw new Error('without a pod that has the account');
      for (const state of live)
        expect([code, state, mayFollow(state, decision.state)]).toEqual([code, state, true]);
    }
  });
});
