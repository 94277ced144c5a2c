import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { settingsOf } from '../chart/settings.js';
import { read, root } from '../project.js';

interface Service {
  image: string;
  build?: { context: string; dockerfile: string; args: Record<string, string> };
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  read_only?: boolean;
  cap_drop?: string[];
  ports?: string[];
  [key: string]: unknown;
}

/** Of the Compose specification, those that we use. */
const KEYS = [
  ...['image', 'build', 'command', 'environment', 'depends_on', 'ports', 'volumes', 'healthcheck', 'restart'],
  ...['read_only', 'tmpfs', 'cap_drop', 'security_opt', 'stop_grace_period', 'extra_hosts'],
];
const OURS = ['admin', 'console', 'dispatcher', 'egress', 'ingress', 'sandbox', 'wa-session'];

const file = parse(read('docker/compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: object;
};
const services = Object.entries(file.services);

describe('docker/compose.yaml', () => {
  it('starts Postgres, NATS and every app', () => {
    expect(Object.keys(file.services).sort()).toEqual([...OURS, 'nats', 'postgres'].sort());
  });

  it.each(services)('describes %s with keys of the specification and a fixed image', (_name, service) => {
    expect(Object.keys(service).filter((key) => !KEYS.includes(key))).toEqual([]);
    expect(service.image).toMatch(/:[^:]*\d+\.\d+/);
    expect(service.image).not.toMatch(/latest/);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(file.services).toHaveProperty([other]);
      expect(condition).toMatch(/^service_(started|healthy|completed_successfully)$/);
    }
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(OURS)('builds %s from the one Dockerfile, locked down', (app) => {
    const { build, read_only, cap_drop } = file.services[app]!;
    expect(build).toMatchObject({ context: '..', dockerfile: 'docker/Dockerfile', args: { APP: app } });
    expect(existsSync(join(root, build!.dockerfile))).toBe(true);
    expect([read_only, cap_drop]).toEqual([true, ['ALL']]);
    expect(build!.args['LICENSES'] ?? 'Apache-2.0').toBe(
      ['sandbox', 'wa-session'].includes(app)
        ? 'Apache-2.0 AND GPL-3.0-only AND LGPL-3.0-or-later'
        : 'Apache-2.0',
    );
  });

  it.each(OURS.filter((app) => app !== 'admin'))(
    'gives %s what it requires and nothing that it does not read',
    (app) => {
      const settings = settingsOf(app);
      const given = Object.keys(file.services[app]!.environment ?? {});
      const required = [...settings].filter(([, one]) => one.required).map(([key]) => key);
      expect(required.filter((key) => !given.includes(key))).toEqual([]);
      expect(given.filter((key) => !settings.has(key))).toEqual([]);
    },
  );
});

describe('docker/Dockerfile', () => {
  const text = read('docker/Dockerfile');

  it('builds on one pinned base and runs as a numeric user without root', () => {
    expect(text.match(/^FROM .+$/gm)).toEqual([
      'FROM ${NODE_IMAGE} AS manifests',
      'FROM ${NODE_IMAGE} AS build',
      'FROM ${NODE_IMAGE} AS service',
    ]);
    expect([...text.matchAll(/^ARG NODE_IMAGE=(.+)$/gm)].map(([, image]) => image)).toEqual(
      Array(2).fill('docker.io/library/node:24-bookworm-slim'),
    );
    expect(text).toMatch(/^USER 10001:10001$/m);
    expect(text).toMatch(/^HEALTHCHECK /m);
    expect(text).not.toMatch(/curl|wget|ADD http/);
  });

  it('keeps secrets, sources of others and installed packages out of its context', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '.git', '.data', 'docker/.env']));
  });
});
