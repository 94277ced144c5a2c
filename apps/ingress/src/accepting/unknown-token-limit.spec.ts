import { describe, expect, it } from '@jest/globals';
import { UnknownTokenLimit } from './unknown-token-limit.js';

const counted = (limit: UnknownTokenLimit, times: number, address = '192.0.2.1', now = 0) =>
  Array.from({ length: times }, () => limit.count(address, now));

describe('unknown tokens from one address', () => {
  it('are too many from the 31st in a minute on', () => {
    const limit = new UnknownTokenLimit();
    expect(new Set(counted(limit, 30))).toEqual(new Set([undefined]));
    expect(limit.count('192.0.2.1', 0)).toBe(60);
    expect(limit.count('192.0.2.1', 59_500)).toBe(1);
    expect(limit.count('192.0.2.1', 60_000)).toBeUndefined();
  });

  it('do not count for another address', () => {
    const limit = new UnknownTokenLimit();
    counted(limit, 31);
    expect(limit.count('192.0.2.2', 0)).toBeUndefined();
  });

  it('count together for the IPv6 addresses of one host', () => {
    const limit = new UnknownTokenLimit();
    counted(limit, 15, '2001:db8::1');
    counted(limit, 15, '2001:0DB8:0:0:1:2:3:4');
    expect(limit.count('2001:db8:0:0:ffff::', 0)).toBe(60);
    expect(limit.count('2001:db8:0:1::1', 0)).toBeUndefined();
    expect(limit.count('::1', 0)).toBeUndefined();
  });

  it('of addresses long ago are forgotten when there are too many addresses', () => {
    const limit = new UnknownTokenLimit();
    counted(limit, 31);
    for (let host = 0; host < 10_000; host++) limit.count(`host ${host}`, 0);
    expect(limit.count('192.0.2.1', 0)).toBeUndefined();
  });
});
