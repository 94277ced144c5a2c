import { beforeEach, describe, expect, it } from '@jest/globals';
import { AttemptLimit } from './attempt-limit.js';
import { SignInLimits } from './sign-in-limits.js';

const MINUTE = 60_000;

class SteppedClock {
  private at = Date.parse('2026-01-01T00:00:00Z');
  now = () => new Date(this.at);
  advance(ms: number) {
    this.at += ms;
  }
}

describe('sign-in limits', () => {
  let clock: SteppedClock;
  let limits: SignInLimits;

  beforeEach(() => {
    clock = new SteppedClock();
    limits = new SignInLimits(clock);
  });

  it('hold an e-mail back after 10 attempts, from wherever they come, until its 15 minutes are over', () => {
    for (let n = 0; n < 10; n++) expect(limits.admit('jane@shop.example', `192.0.2.${n}`)).toBeUndefined();
    clock.advance(5 * MINUTE);
    expect(limits.admit('JANE@shop.example', '198.51.100.1')).toBe(600);
    expect(limits.admit('tom@shop.example', '192.0.2.1')).toBeUndefined();
    clock.advance(10 * MINUTE);
    expect(limits.admit('jane@shop.example', '192.0.2.1')).toBeUndefined();
  });

  it('hold an address back after 30 attempts, whatever the e-mails', () => {
    for (let n = 0; n < 30; n++) expect(limits.admit(`${n}@shop.example`, '192.0.2.1')).toBeUndefined();
    expect(limits.admit('jane@shop.example', '192.0.2.1')).toBe(900);
    expect(limits.admit('jane@shop.example', '192.0.2.2')).toBeUndefined();
  });

  it('take the addresses of one IPv6 network as one', () => {
    for (let n = 0; n < 30; n++) limits.admit(`${n}@shop.example`, `2001:db8::${n + 1}`);
    expect(limits.admit('jane@shop.example', '2001:db8:0:0:abcd:1:2:3')).toBe(900);
    expect(limits.admit('jane@shop.example', '2001:db8:0:1::1')).toBeUndefined();
  });

  it('do not count who knows the password', () => {
    for (let n = 0; n < 200; n++) {
      expect(limits.admit('jane@shop.example', '192.0.2.1')).toBeUndefined();
      limits.succeeded('jane@shop.example', '192.0.2.1');
    }
  });

  it('do not prolong the wait by attempts that are refused', () => {
    for (let n = 0; n < 30; n++) limits.admit('jane@shop.example', '192.0.2.1');
    clock.advance(15 * MINUTE);
    expect(limits.admit('jane@shop.example', '192.0.2.1')).toBeUndefined();
  });
});

describe('a limit on attempts', () => {
  it('forgets the oldest keys when its memory is full', () => {
    const limit = new AttemptLimit({ attempts: 1, windowMs: MINUTE, capacity: 2 });
    for (const key of ['a', 'b', 'c']) limit.count(key, 0);
    expect(['a', 'b', 'c'].map((key) => limit.waitMs(key, 0))).toEqual([0, MINUTE, MINUTE]);
  });
});
