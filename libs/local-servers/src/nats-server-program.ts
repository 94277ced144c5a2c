import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LocalServerError } from './local-server-error.js';

const run = promisify(execFile);
const STEP_WITHIN_MS = 180_000;

/**
 * The path of a nats-server program: on the PATH, in the cache folder, or fetched into it as a Debian package. The last
 * needs no root and changes nothing outside the cache folder.
 *
 * @throws LocalServerError that says what to install or set
 */
export async function findNatsServer(cacheDir: string): Promise<string> {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'nats-server'))
    .find(isExecutable);
  if (onPath) return onPath;
  const cached = join(resolve(cacheDir), 'nats-server', 'usr', 'sbin', 'nats-server');
  if (!isExecutable(cached)) await fetchDebianPackage(resolve(cacheDir), cached);
  return cached;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function fetchDebianPackage(cacheDir: string, program: string): Promise<void> {
  if (!existsSync('/usr/bin/apt-get')) throw missing('this machine has no apt-get to fetch it with');
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, 'nats-server-'));
  try {
    await downloadPackage(work);
    const file = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (!file) throw missing('apt-get downloaded nothing');
    await run('dpkg', ['-x', join(work, file), join(work, 'unpacked')], { timeout: STEP_WITHIN_MS });
    // Of several starts at once each unpacks its own copy; the first to arrive is kept.
    await rename(join(work, 'unpacked'), join(cacheDir, 'nats-server')).catch((error: unknown) => {
      if (!isExecutable(program)) throw error;
    });
  } catch (error) {
    throw error instanceof LocalServerError ? error : missing(lastLine(error));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** First with the machine's own package lists, then, when those are empty or out of date, with fresh ones in the cache folder. */
async function downloadPackage(work: string): Promise<void> {
  const apt = (args: string[]) =>
    run('apt-get', ['-qq', ...args], {
      cwd: work,
      timeout: STEP_WITHIN_MS,
      env: { ...process.env, LC_ALL: 'C' },
    });
  // Root's apt-get would otherwise hand the download to an account that may not write here.
  const plain = ['-o', 'APT::Sandbox::User=root', '-o', `Dir::Cache=${join(work, 'cache')}`];
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  try {
    await apt([...plain, 'download', 'nats-server']);
  } catch {
    const lists = join(work, 'lists');
    await mkdir(join(lists, 'partial'), { recursive: true });
    const own = [...plain, '-o', `Dir::State::lists=${lists}`];
    await apt([...own, 'update']).catch(() => undefined);
    await apt([...own, 'download', 'nats-server']);
  }
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr?.trim() || message || String(error)).split('\n').at(-1) ?? '';
}

function missing(why: string): LocalServerError {
  return new LocalServerError(
    `nats-server is missing (${why}): install it so that it is on the PATH (Debian and Ubuntu: apt-get install nats-server; ` +
      'macOS: brew install nats-server), or set NATS_URL to a server of yours.',
  );
}
