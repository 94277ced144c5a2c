// Makes a fresh clone runnable: dependencies, then the build. Runs on the machine's own Node, builtins only.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build-page.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = 20;
const OLDEST_NPM = 9;
const projectNode = join(root, 'node_modules', 'node', 'bin', 'node');
const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/**
 * Installs what package-lock.json asks for, when it is not there yet, and compiles what has changed.
 *
 * @param {string[]} projects folders to compile, with all that they reference; default: all
 * @returns {string} the path of the project's own Node
 */
export function bootstrap(projects = ['.']) {
  if (!isInstalled()) install();
  compile(projects);
  return projectNode;
}

/** npm notes what it installed in a lock file inside node_modules; a part that failed or was interrupted is not in it. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf(join('node_modules', '.package-lock.json'));
  if (!wanted || !installed || !existsSync(projectNode)) return false;
  const same = (path) => JSON.stringify(wanted[path]) === JSON.stringify(installed[path]);
  return (
    Object.keys(installed).every(same) &&
    Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || installed[path])
  );
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install() {
  requireVersion('Node', process.versions.node, OLDEST_NODE, 'https://nodejs.org');
  const npm = spawnSync('npm', ['--version'], { encoding: 'utf8', cwd: root });
  if (npm.status !== 0) fail('npm is missing: install Node with npm (https://nodejs.org) and try again.');
  requireVersion('npm', npm.stdout.trim(), OLDEST_NPM, 'npm install --global npm');

  progress('Installing dependencies (once, a minute or two) …');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=warn'], quiet());
  if (result.status !== 0) {
    const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(outputOf(result));
    fail(
      offline
        ? 'npm cannot reach its registry: the first start needs the network to install dependencies.'
        : 'npm ci failed; its output is above.',
      result,
    );
  }
  if (!existsSync(projectNode)) {
    fail(
      "npm ci ran without install scripts, so the project's own Node is missing: set ignore-scripts=false and try again.",
    );
  }
}

function compile(projects) {
  progress('Compiling …');
  const result = spawnSync(projectNode, [typescript, '-b', ...projects], quiet());
  if (result.status !== 0) fail('The build failed; its output is above.', result);
  if (!projects.includes('.')) return;
  const page = buildPage();
  if (page.status !== 0)
    fail('The page of the console could not be built; the output is above.', { stdout: page.output });
}

function quiet() {
  return { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 };
}

function outputOf({ stdout, stderr, error }) {
  return [stdout, stderr, error?.message].filter(Boolean).join('\n');
}

function requireVersion(program, version, oldest, where) {
  if (Number.parseInt(version, 10) >= oldest) return;
  fail(`${program} ${version} is too old: ${program} ${oldest} or newer is needed (${where}).`);
}

function progress(line) {
  process.stderr.write(`${line}\n`);
}

function fail(sentence, result) {
  if (result) process.stderr.write(`${outputOf(result)}\n`);
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
