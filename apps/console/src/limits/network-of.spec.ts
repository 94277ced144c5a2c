import { expect, it } from '@jest/globals';
import { networkOf } from './network-of.js';

it('the addresses of one IPv6 network are one, those of IPv4 are their own', () => {
  expect(networkOf('2001:db8::1')).toBe(networkOf('2001:db8:0:0:abcd:1:2:3'));
  expect(networkOf('2001:db8::1')).not.toBe(networkOf('2001:db8:0:1::1'));
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
  expect(networkOf('::ffff:192.0.2.1')).toBe('::ffff:192.0.2.1');
});
