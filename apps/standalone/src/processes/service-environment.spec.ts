import { describe, expect, it } from '@jest/globals';
import { serviceEnvironment } from './service-environment.js';

const surroundings = {
  databaseUrl: 'postgres://127.0.0.1:4010/waypost',
  natsUrl: 'nats://127.0.0.1:4011',
  encryptionKeys: '1:key',
  sandboxDir: '/data/sandbox',
};

describe('what a service finds in its environment', () => {
  it('is wired to its neighbours on loopback', () => {
    expect(serviceEnvironment('wa-session', 4000, surroundings, {})).toEqual({
      NODE_OPTIONS: '--max-semi-space-size=16',
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      PORT: '4003',
      POD_NAME: 'wa-session-1',
      DATABASE_URL: 'postgres://127.0.0.1:4010/waypost',
      NATS_URL: 'nats://127.0.0.1:4011',
      ENCRYPTION_KEYS: '1:key',
      CONSOLE_PUBLIC_URL: 'http://127.0.0.1:4000',
      INGRESS_PUBLIC_URL: 'http://127.0.0.1:4001',
      SANDBOX_WS_URL: 'ws://127.0.0.1:4005/ws/chat',
      SANDBOX_DATA_DIR: '/data/sandbox',
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
      FILE_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
    });
  });

  it('holds what the launcher was given, but for the wiring', () => {
    const env = serviceEnvironment('ingress', 4000, surroundings, {
      SEND_PACE_MIN_MS: '50',
      LOG_LEVEL: 'debug',
      INGRESS_PUBLIC_URL: 'https://in.example',
      OUTBOUND_ALLOWED_NETWORKS: '',
      PORT: '80',
      HOST: '0.0.0.0',
      NATS_URL: 'nats://elsewhere',
    });
    expect(env).toMatchObject({
      SEND_PACE_MIN_MS: '50',
      LOG_LEVEL: 'debug',
      INGRESS_PUBLIC_URL: 'https://in.example',
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
      PORT: '4001',
      HOST: '127.0.0.1',
      NATS_URL: 'nats://127.0.0.1:4011',
    });
  });
});
