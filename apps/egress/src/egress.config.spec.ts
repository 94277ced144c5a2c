import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@waypost/platform';
import { EgressConfig } from './egress.config.js';

const NEEDED = {
  DATABASE_URL: 'postgres://localhost/waypost',
  NATS_URL: 'nats://localhost:4222',
  CONSOLE_PUBLIC_URL: 'https://console.example/',
  ENCRYPTION_KEYS: `1:${Buffer.alloc(32).toString('base64')}`,
};

describe('the configuration of egress', () => {
  it('has the schedule and the limits of the product, and allows no network, by default', () => {
    const minutes = (count: number) => count * 60_000;
    expect(loadConfig(EgressConfig, NEEDED)).toMatchObject({
      outboundAllowedNetworks: [],
      outboundConnectTimeoutMs: 5_000,
      outboundTimeoutMs: 15_000,
      outboundBackoffMs: [5_000, 30_000, ...[2, 5, 15, 30, 60, 120, 240, 480].map(minutes)],
    });
  });

  it('takes lists separated by commas, and the console’s URL without its last slash', () => {
    const config = loadConfig(EgressConfig, {
      ...NEEDED,
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8, ::1/128',
      OUTBOUND_BACKOFF_MS: '100, 200',
    });
    expect(config.outboundAllowedNetworks).toEqual(['127.0.0.0/8', '::1/128']);
    expect(config.outboundBackoffMs).toEqual([100, 200]);
    expect(config.consolePublicUrl).toBe('https://console.example');
  });

  it.each([
    ['OUTBOUND_ALLOWED_NETWORKS', '127.0.0.1'],
    ['OUTBOUND_BACKOFF_MS', '5s'],
    ['OUTBOUND_TIMEOUT_MS', '60000'],
    ['CONSOLE_PUBLIC_URL', 'console.example'],
  ])('names %s when it is %s', (key, value) => {
    expect(() => loadConfig(EgressConfig, { ...NEEDED, [key]: value })).toThrow(new RegExp(`- ${key}: `));
  });
});
