import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { read, root } from './project.js';

interface Locked {
  license?: string;
  link?: boolean;
  resolved?: string;
  integrity?: string;
}

/** What runs in production, the page in people's browsers included. */
const SHIPPED = [
  'admin',
  'console',
  'console-web',
  'dispatcher',
  'egress',
  'ingress',
  'sandbox',
  'wa-session',
];
/** Licences that ask for no more than keeping their notice. */
const PERMISSIVE = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'BlueOak-1.0.0',
    'Unlicense',
  ],
  ...['Python-2.0', 'OFL-1.1', 'CC0-1.0'],
]);

const locked = JSON.parse(read('package-lock.json')).packages as Record<string, Locked>;

function shippedPackages(): string[] {
  const paths = SHIPPED.flatMap((app) =>
    execFileSync(process.execPath, [join(root, 'docker', 'production-tree.mjs'), app], { encoding: 'utf8' })
      .trim()
      .split('\n'),
  );
  return [...new Set(paths)].filter((path) => path.includes('node_modules/'));
}

/** Of alternatives one must do; of licences that hold together, each. */
function isPermissive(license: string): boolean {
  const text = license.replaceAll(/[()]/g, '');
  return / OR /.test(text)
    ? text.split(' OR ').some((one) => PERMISSIVE.has(one))
    : text.split(' AND ').every((one) => PERMISSIVE.has(one));
}

describe('licences of what is shipped', () => {
  it('are permissive, or told in THIRD-PARTY.md', () => {
    const told = [...read('THIRD-PARTY.md').matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const untold = shippedPackages()
      .filter((path) => !isPermissive(locked[path]!.license ?? 'none'))
      .map((path) => [path.split('node_modules/').at(-1)!, locked[path]!.license])
      .filter(([name]) => !told.some((one) => name === one || name!.startsWith(`${one}-`)));
    expect(untold).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('names no address and carries a checksum for each package', () => {
    const wrong = Object.entries(locked)
      .filter(([path, { link }]) => path.includes('node_modules/') && !link)
      .filter(([, { resolved, integrity }]) => resolved !== undefined || !integrity)
      .map(([path]) => path);
    expect(wrong).toEqual([]);
  });
});
