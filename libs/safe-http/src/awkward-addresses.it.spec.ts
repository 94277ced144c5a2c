import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import net from 'node:net';
import { FileHost } from '@waypost/testkit';
import { SafeHttpClient } from './safe-http-client.js';

/** Hosts that lead into the deployment's own network, however they are written. */
const LITERALS: Record<string, string[]> = {
  decimal: ['2130706433', '167772161', '2852039166'],
  octal: ['0177.0.0.1', '0177.0.0.01', '017700000001', '0251.0376.0251.0376'],
  hexadecimal: ['0x7f000001', '0x7f.1', '0x7f.0.0.0x1', '0xA9FEA9FE'],
  short: ['127.1', '127.0.1', '0', '10.1'],
  'with a dot behind': ['127.0.0.1.', '169.254.169.254.', '0x7f.1.'],
  'in other digits': ['①②⑦.⓪.⓪.①', '１２７.０.０.１', '127。0。0。1', '127%2e0%2e0%2e1'],
  loopback: ['127.0.0.1', '127.255.255.254', '[::1]', '[0:0:0:0:0:0:0:1]'],
  'this network': ['0.0.0.0', '0.1.2.3', '[::]'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.254'],
  'link-local': ['169.254.1.1', '[fe80::1]', '[febf::1]'],
  metadata: ['169.254.169.254', '[fd00:ec2::254]', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  'IPv4-mapped': ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:a9fe:a9fe]', '[::FFFF:10.0.0.1]'],
  'IPv4-compatible': ['[::127.0.0.1]', '[::7f00:1]', '[::a9fe:a9fe]'],
  NAT64: ['[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::a00:1]'],
  '6to4': ['[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2002:a00:1::1]'],
  Teredo: ['[2001:0:4136:e378:8000:63bf:3fff:fdd2]', '[2001::1]'],
  'unique local': ['[fc00::1]', '[fd12:3456:789a::1]'],
  'site local': ['[fec0::1]'],
  broadcast: ['255.255.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', '[ff02::1]'],
  reserved: ['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '[2001:db8::1]'],
};
const NAMES = ['localhost', 'LOCALHOST', 'localhost.', 'printer.example'];

let inside: FileHost;
let client: SafeHttpClient;
let connect: jest.SpiedFunction<typeof net.connect>;

beforeAll(async () => {
  inside = await new FileHost().start();
  client = new SafeHttpClient({
    connectMs: 2_000,
    resolve: async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ],
  });
  connect = jest.spyOn(net, 'connect');
});
afterEach(() => {
  connect.mockClear();
});
afterAll(async () => {
  connect?.mockRestore();
  await client?.close();
  await inside?.stop();
});

const get = (url: string) => client.get(url, { maxBytes: 1_000, totalMs: 5_000, maxRedirects: 5 });

describe.each(Object.entries(LITERALS))('a file at an address that is %s', (_kind, hosts) => {
  it.each(hosts)('is refused before a socket is made: %s', async (host) => {
    for (const scheme of ['http', 'https']) {
      expect(await get(`${scheme}://${host}:${inside.port}/`)).toMatchObject({
        kind: 'error',
        errorClass: 'address_refused',
      });
    }
    expect(connect).not.toHaveBeenCalled();
    expect(inside.requests).toEqual([]);
  });
});

describe('a file at a name', () => {
  it.each(NAMES)('that leads inside is refused before anything is connected: %s', async (name) => {
    expect(await get(`http://${name}:${inside.port}/`)).toMatchObject({ errorClass: 'address_refused' });
    // The socket asked for the name's addresses and got none.
    expect(connect).toHaveBeenCalledTimes(1);
    expect(inside.connections).toBe(0);
    expect(inside.requests).toEqual([]);
  });
});

describe('a file at an address with a name before it', () => {
  it.each([
    'http://files.example@127.0.0.1/',
    'http://files.example:80@127.0.0.1/',
    'http://127.0.0.1@files.example/',
    'http://files.example%40127.0.0.1/',
    'http://[fe80::1%25eth0]/',
    'http://127.0.0.1:80:80/',
  ])('is no URL that is fetched: %s', async (url) => {
    expect(await get(url)).toMatchObject({ kind: 'error', errorClass: 'invalid_url' });
    expect(connect).not.toHaveBeenCalled();
  });
});
