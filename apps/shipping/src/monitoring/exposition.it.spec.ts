import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, natsUrl, ServiceProcess, type TestDatabase } from '@waypost/testkit';
import { loadPromtool, type Promtool } from '../programs/run-promtool.js';
import { metricsInCode } from './metrics-in-code.js';

const SERVICES = ['console', 'dispatcher', 'egress', 'ingress', 'sandbox', 'wa-session'];
const SERVICE_WITHIN_MS = 90_000;
/** Names that prom-client chose. */
const OF_LIBRARIES = /^(nodejs|process)_/;

describe('what the services expose at /metrics', () => {
  let database: TestDatabase;
  let promtool: Promtool | undefined;
  const seen = new Map<string, string>();

  beforeAll(async () => {
    promtool = await loadPromtool('what services expose is not checked with it');
    database = await createTestDatabase();
  }, 400_000);

  afterAll(() => database.drop());

  it.each(SERVICES)(
    'is in order for %s, and says which service it is',
    async (name) => {
      const service = await ServiceProcess.start(name, {
        DATABASE_URL: database.url,
        NATS_URL: natsUrl(),
        ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
        CONSOLE_PUBLIC_URL: 'http://console.test',
        INGRESS_PUBLIC_URL: 'http://hooks.test',
        POD_NAME: `${name}-shipping`,
      });
      try {
        const text = await (await fetch(`${service.url}/metrics`)).text();
        for (const [, metric] of text.matchAll(/^# TYPE (\w+) /gm)) seen.set(metric!, name);
        const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        expect(samples.filter((line) => !line.includes(`service="${name}"`))).toEqual([]);
        const problems = (await promtool?.(['check', 'metrics'], text))?.output ?? '';
        expect(problems.split('\n').filter((line) => line && !OF_LIBRARIES.test(line))).toEqual([]);
      } finally {
        await service.kill('SIGTERM');
      }
    },
    SERVICE_WITHIN_MS,
  );

  it('is what the sources declare', () => {
    expect([...metricsInCode().keys()].filter((name) => !seen.has(name))).toEqual([]);
    const own = [...seen.keys()].filter((name) => name.startsWith('waypost_'));
    expect(own.filter((name) => !metricsInCode().has(name))).toEqual([]);
  });
});
