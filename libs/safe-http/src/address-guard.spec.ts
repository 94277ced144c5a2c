import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AddressGuard } from './address-guard.js';

const REFUSED = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  'unique local': ['fc00::1', 'fd00:ec2::254'],
  'site local': ['fec0::1'],
  'link-local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  metadata: ['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: [
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    '2001:db8::1',
  ],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  'IPv4-compatible': ['::127.0.0.1', '::7f00:1'],
  NAT64: ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8'],
  '6to4': ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:c0a8:101::1'],
  Teredo: ['2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'no address': ['', 'localhost', '999.1.1.1', '1.2.3.4/32'],
};

describe('the address guard', () => {
  const guard = new AddressGuard();

  for (const [kind, addresses] of Object.entries(REFUSED)) {
    it.each(addresses)(`refuses ${kind}: %s`, (address) => {
      expect(guard.allows(address)).toBe(false);
    });
  }

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111'])(
    'allows the public address %s',
    (address) => {
      expect(guard.allows(address)).toBe(true);
    },
  );

  it.each(['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1'])(
    'allows %s, which leads to a public IPv4 address',
    (address) => {
      expect(guard.allows(address)).toBe(true);
    },
  );

  it('gives the same answer for an IPv4 address and its IPv4-mapped form', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => guard.allows(address) === guard.allows(`::ffff:${address}`)),
    );
  });

  it('allows the networks of the deployment, in mapped form too, and nothing beside them', () => {
    const own = new AddressGuard(['127.0.0.0/8', '10.1.0.0/16', 'fd12::/16']);
    expect(['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd12::1'].map((a) => own.allows(a))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['10.2.0.1', 'fd13::1', '::1', '169.254.169.254'].map((a) => own.allows(a))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('does not start with a network that is none', () => {
    expect(() => new AddressGuard(['10.0.0.1'])).toThrow('"10.0.0.1" is not a network');
    expect(() => new AddressGuard(['10.0.0.0/33'])).toThrow('is not a network');
  });
});
