// Runs under the project's own Node, started by test.mjs: servers, then Jest, then one line that counts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './bootstrap.mjs';
import { processTree } from './process-tree.mjs';
import { startTestServers } from './test-servers.mjs';

const TOTAL_MS = 25 * 60_000;
const TEST_MS = 30_000;
/** Jest ends by itself this long after its last result, or something in a test was left open. */
const EXIT_MS = 30_000;
const E2E = 'apps/e2e';

const args = process.argv.slice(2);
const split = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
const chosen = args.slice(0, split);
const jestArgs = args.slice(split + 1);
const projects = chosen.length > 0 ? chosen : allProjects();

const scratch = mkdtempSync(join(tmpdir(), 'waypost-jest-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const problems = [];
let jest;
let servers;
let cancelled;

process.on('SIGINT', () => cancel('interrupted'));
process.on('SIGTERM', () => cancel('interrupted'));
process.on('disconnect', () => cancel('interrupted'));
process.channel?.unref();
setTimeout(() => cancel(`not done within ${TOTAL_MS / 60_000} minutes`), TOTAL_MS).unref();

try {
  servers = await startTestServers({ durable: false });
  const others = projects.filter((project) => project !== E2E);
  if (others.length > 0) await runJest('others', others, ['--maxWorkers=3']);
  if (projects.includes(E2E)) await runJest('e2e', [E2E], ['--maxWorkers=2']);
} catch (error) {
  problems.push(error.name === 'LocalServerError' ? error.message : (error.stack ?? String(error)));
} finally {
  await servers?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
report();

function allProjects() {
  return ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
}

async function runJest(name, folders, flags) {
  if (cancelled) return;
  const resultsFile = join(scratch, `${name}.json`);
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--projects', ...folders],
      ...['--json', `--outputFile=${resultsFile}`, '--passWithNoTests', `--testTimeout=${TEST_MS}`],
      ...flags,
      ...jestArgs,
    ],
    { cwd: root, env: { ...process.env, ...servers.env, ...colours() }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  jest = child;
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  let allDone;
  const lastResult = new Promise((resolve) => (allDone = resolve));
  child.stderr.on('data', (chunk) => {
    process.stderr.write(chunk);
    if (chunk.includes('Ran all test suites')) allDone();
  });
  const stuck = await Promise.race([
    ended.then(() => false),
    lastResult.then(() => wait(EXIT_MS, true, { ref: false })),
  ]);
  if (stuck) await end(child, ended);
  if (stuck) problems.push(`Jest (${name}) did not exit by itself: a test left something open.`);
  const code = await ended;
  jest = undefined;
  count(name, resultsFile, code, stuck);
}

function count(name, resultsFile, code, stuck) {
  let results;
  try {
    results = JSON.parse(readFileSync(resultsFile, 'utf8'));
  } catch {
    problems.push(`Jest (${name}) gave no results (exit code ${code}).`);
    return;
  }
  totals.passed += results.numPassedTests;
  totals.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
  totals.skipped += results.numPendingTests + results.numTodoTests;
  if (code !== 0 && !stuck && results.success) problems.push(`Jest (${name}) ended with exit code ${code}.`);
}

function cancel(reason) {
  if (cancelled) return;
  cancelled = reason;
  problems.push(reason);
  if (jest) void end(jest, new Promise((resolve) => jest.once('close', resolve)));
}

/** Tests start processes of their own, in sessions of their own, which a killed Jest would leave behind. */
async function end(child, ended) {
  const tree = processTree(child.pid);
  signal(tree, 'SIGTERM');
  await Promise.race([ended, wait(10_000)]);
  signal(tree, 'SIGKILL');
}

function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It is gone already.
    }
  }
}

function colours() {
  return process.stderr.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {};
}

function report() {
  const { passed, failed, skipped } = totals;
  if (passed + failed + skipped === 0 && problems.length === 0) {
    if (chosen.length > 0) process.stderr.write(`No tests in ${chosen.join(', ')}.\n`);
    else problems.push('No test was run.');
  }
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const failures = failed > 0 ? failed : problems.length > 0 ? 1 : 0;
  process.stdout.write(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  process.exitCode = failures > 0 ? 1 : 0;
}
