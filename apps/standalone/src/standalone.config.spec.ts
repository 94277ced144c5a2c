import { describe, expect, it } from '@jest/globals';
import { readStandaloneConfig } from './standalone.config.js';

const ROOT = '/srv/waypost';

describe('the configuration of the launcher', () => {
  it('has defaults for everything', () => {
    expect(readStandaloneConfig({}, [], ROOT)).toEqual({
      portBase: 3000,
      dataDir: '/srv/waypost/.data',
      databaseUrl: undefined,
      natsUrl: undefined,
      fresh: false,
    });
  });

  it('takes what is set, and counts empty as not set', () => {
    const env = {
      STANDALONE_PORT_BASE: '4000',
      STANDALONE_DATA_DIR: '/var/lib/waypost',
      DATABASE_URL: 'postgres://me:secret@db:5432/waypost',
      NATS_URL: '',
    };
    expect(readStandaloneConfig(env, [], ROOT)).toEqual({
      portBase: 4000,
      dataDir: '/var/lib/waypost',
      databaseUrl: 'postgres://me:secret@db:5432/waypost',
      natsUrl: undefined,
      fresh: false,
    });
  });

  it('begins anew when asked', () => {
    expect(readStandaloneConfig({}, ['--fresh'], ROOT).fresh).toBe(true);
  });

  it('names every key that is wrong, and shows no secret', () => {
    const env = {
      STANDALONE_PORT_BASE: '65530',
      DATABASE_URL: 'mysql://me:hunter2@db/x',
      NATS_URL: 'http://hunter2@x',
    };
    const read = () => readStandaloneConfig(env, [], ROOT);
    expect(read).toThrow(/STANDALONE_PORT_BASE must .*65524.*\n.*DATABASE_URL must .*\n.*NATS_URL must /s);
    expect(read).not.toThrow(/hunter2/);
  });

  it('does not empty a data folder whose database would stay as it is', () => {
    const env = { DATABASE_URL: 'postgres://db/waypost' };
    expect(() => readStandaloneConfig(env, ['--fresh'], ROOT)).toThrow(/--fresh .*DATABASE_URL/);
  });

  it('shows how it is used when it does not know an argument', () => {
    expect(() => readStandaloneConfig({}, ['--frehs'], ROOT)).toThrow(/--frehs\nUsage: npm start/);
  });
});
