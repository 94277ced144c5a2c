// Builds the page of the console with Vite when its sources have changed; runs on the machine's own Node, builtins only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = join(root, 'apps', 'console-web');
const stamp = join(project, 'dist', '.built-from');
const node = join(root, 'node_modules', 'node', 'bin', 'node');

/** @returns {{ status: number | null, output: string }} of Vite; status 0 also when there was nothing to do */
export function buildPage() {
  const sources = fingerprint();
  if (read(stamp) === sources) return { status: 0, output: '' };
  const vite = createRequire(join(project, 'package.json')).resolve('vite/package.json');
  const { status, stdout, stderr, error } = spawnSync(
    node,
    [join(dirname(vite), 'bin', 'vite.js'), 'build'],
    {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  if (status === 0) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, sources);
  }
  return { status, output: [stdout, stderr, error?.message].filter(Boolean).join('\n') };
}

/** Of all that goes into the page. */
function fingerprint() {
  const hash = createHash('sha256').update(read(join(root, 'package-lock.json')));
  for (const path of filesOf(project)) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['dist', 'node_modules'].includes(name) && !/\.spec\.ts$/.test(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesOf(path) : [path];
    });
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { status, output } = buildPage();
  if (output) process.stdout.write(`${output}\n`);
  process.exitCode = status === 0 ? 0 : 1;
}
