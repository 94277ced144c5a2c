import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  afterClose,
  afterOpen,
  closeReason,
  closeReasons,
  NO_HISTORY,
  withClose,
  type CloseHistory,
} from './close-policy.js';

const KNOWN = Object.keys(closeReasons).map(Number);
const CODES = [...KNOWN, 400, 404, 419, 429, 501, 599, 1000, 1006, 0];
const HISTORIES: CloseHistory[] = [0, 1, 9, 10, 11, 1_000].flatMap((failures) =>
  [0, 2, 3, 4].flatMap((replaced) => [0, 2, 3, 4].map((restarts) => ({ failures, replaced, restarts }))),
);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Of any code that means "not now". */
function expectBackOff(decision: ReturnType<typeof afterClose>, failures: number, random: number): void {
  if (decision.do !== 'reconnect') throw new Error(`it did ${decision.do}`);
  expect(decision.state).toBe('backing_off');
  if (failures < 10) {
    expect(decision.afterMs).toBeLessThanOrEqual(Math.min(MINUTE, SECOND * 2 ** failures));
    if (random === 1) expect(decision.afterMs).toBe(Math.min(MINUTE, SECOND * 2 ** failures));
  } else {
    expect(decision.afterMs).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(decision.afterMs).toBeLessThanOrEqual(10 * MINUTE);
  }
}

function expectDecision(code: number, history: CloseHistory, random: number): void {
  const decision = afterClose({ code }, history, () => random);
  switch (code) {
    case 515:
      if (history.restarts >= 3) return expectBackOff(decision, history.failures, random);
      expect(decision).toMatchObject({ do: 'reconnect', afterMs: 0, state: 'connecting' });
      return;
    case 401:
      expect(decision).toMatchObject({ do: 'stop', state: 'logged_out' });
      return;
    case 402:
    case 403:
    case 406:
      expect(decision).toMatchObject({ do: 'stop', state: 'stopped' });
      expect(decision).not.toHaveProperty('alarm');
      return;
    case 405:
      expect(decision).toMatchObject({ do: 'change_version', state: 'backing_off' });
      return;
    case 409:
    case 411:
      expect(decision).toMatchObject({ do: 'stop', state: 'stopped', alarm: true });
      return;
    case 440:
      expect(decision).toMatchObject(
        history.replaced >= 3
          ? { do: 'stop', state: 'conflict' }
          : { do: 'reconnect', afterMs: 30 * SECOND, state: 'backing_off' },
      );
      return;
    default:
      expectBackOff(decision, history.failures, random);
  }
}

describe('after a connection closed', () => {
  it.each(CODES)('code %i is decided as the table says, whatever happened before', (code) => {
    for (const history of HISTORIES) for (const random of [0, 0.5, 1]) expectDecision(code, history, random);
  });

  it('drops the session when another client took its place and another pod has the account', () => {
    for (const history of HISTORIES) {
      expect(afterClose({ code: 440, leaseIsOurs: false }, history)).toEqual({ do: 'drop' });
    }
  });

  it('comes back by itself when a ban is over whose end WhatsApp told', () => {
    expect(afterClose({ code: 402, banSeconds: 3_600 }, NO_HISTORY)).toMatchObject({
      do: 'stop',
      state: 'stopped',
      resumeAfterMs: 3_600_000,
    });
    expect(afterClose({ code: 402 }, NO_HISTORY)).not.toHaveProperty('resumeAfterMs');
  });

  it('tells people a reason that is a clause of a sentence', () => {
    for (const code of CODES) {
      const decision = afterClose({ code }, NO_HISTORY);
      if (decision.do !== 'drop') expect(decision.reason).toMatch(/^(WhatsApp|[a-z])[^.]*[^. ]$/);
    }
  });
});

describe('what happened before', () => {
  it('counts every close, and counts apart those that have limits of their own', () => {
    expect(withClose(NO_HISTORY, 503)).toEqual({ failures: 1, replaced: 0, restarts: 0 });
    expect(withClose(NO_HISTORY, 440)).toEqual({ failures: 0, replaced: 1, restarts: 0 });
    expect(withClose(NO_HISTORY, 515)).toEqual({ failures: 0, replaced: 0, restarts: 1 });
    expect(withClose({ failures: 0, replaced: 0, restarts: 3 }, 515)).toMatchObject({ failures: 1 });
  });

  it('is forgotten when a connection has shown that it works, and not because it was open for a moment', () => {
    const history = { failures: 5, replaced: 2, restarts: 3 };
    expect(afterOpen(history, 1_000)).toEqual(history);
    expect(afterOpen(history, MINUTE)).toEqual({ failures: 0, replaced: 2, restarts: 0 });
    expect(afterOpen(history, 5 * MINUTE)).toEqual(NO_HISTORY);
  });

  it('leads to a conflict when two programs keep taking the connection from each other', () => {
    let history = NO_HISTORY;
    const decisions = Array.from({ length: 4 }, () => {
      const { do: what } = afterClose({ code: 440 }, history);
      history = afterOpen(withClose(history, 440), 20_000);
      return what;
    });
    expect(decisions).toEqual(['reconnect', 'reconnect', 'reconnect', 'stop']);
  });
});

describe('the document of the states', () => {
  const text = readFileSync(new URL('../../../../docs/states/session.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...text.matchAll(/^\| ((?:\d{3}(?:, )?)+|anything else) +\| (.*?) +\| (.*?) +\|$/gm)].flatMap(
      ([, codes, , then]) => codes!.split(', ').map((code) => [code, then!] as const),
    ),
  );

  it('has a row for every code', () => {
    expect([...rows.keys()].sort()).toEqual([...KNOWN.map(String), 'anything else'].sort());
  });

  it.each([...KNOWN, 599])('says of code %i to which state it leads', (code) => {
    const decision = afterClose({ code }, NO_HISTORY);
    if (decision.do === 'drop') throw new Error('without a pod that has the account');
    expect(rows.get(String(code)) ?? rows.get('anything else')).toContain(`\`${decision.state}\``);
  });
});

it('has few names for codes, so that metrics stay small', () => {
  expect(new Set(CODES.map(closeReason)).size).toBeLessThanOrEqual(KNOWN.length + 1);
  expect(closeReason(599)).toBe('other');
});
