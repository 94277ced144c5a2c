import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const STEP_WITHIN_MS = 180_000;
const PACKAGE = 'chromium-headless-shell';
const NAMES = ['chromium', 'chromium-headless-shell', 'chromium-browser', 'google-chrome'];

export interface ChromiumProgram {
  path: string;
  /** Where its libraries are, when they are not the machine's own. */
  libraries?: string;
}

/**
 * A Chromium: that of CHROMIUM_PATH, one on the PATH, or Debian's, fetched with the libraries that the machine lacks into the cache
 * folder. The last needs no root and changes nothing outside that folder.
 *
 * @throws Error with one sentence that says what to install or set
 */
export async function findChromium(cacheDir: string): Promise<ChromiumProgram> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (!isExecutable(given)) throw new Error(`CHROMIUM_PATH is ${given}, which is no program.`);
    return { path: given };
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (onPath) return { path: onPath };
  const root = join(cacheDir, 'chromium');
  const path = join(root, 'usr', 'lib', 'chromium', PACKAGE);
  if (!isExecutable(path)) await fetchDebianPackages(cacheDir, root, path);
  return { path, libraries: await libraryFolders(root) };
}

async function fetchDebianPackages(cacheDir: string, root: string, program: string): Promise<void> {
  if (!existsSync('/usr/bin/apt-get')) throw missing('this machine has no apt-get to fetch it with');
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, 'chromium-'));
  try {
    await download(work);
    for (const name of (await readdir(work)).filter((file) => file.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(work, name), join(work, 'unpacked')], { timeout: STEP_WITHIN_MS });
    }
    // Of several starts at once each unpacks its own copy; the first to arrive is kept.
    await rename(join(work, 'unpacked'), root).catch((error: unknown) => {
      if (!isExecutable(program)) throw error;
    });
  } catch (error) {
    throw missing(lastLine(error));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** With the machine's own package lists, or, when those are empty or out of date, with fresh ones in the cache folder. */
async function download(work: string): Promise<void> {
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  // Root's apt-get would otherwise hand the download to an account that may not write here.
  const plain = ['-qq', '-o', 'APT::Sandbox::User=root', '-o', `Dir::Cache=${join(work, 'cache')}`];
  const fresh = [...plain, '-o', `Dir::State::lists=${join(work, 'lists')}`];
  try {
    await downloadWith(work, plain);
  } catch {
    await apt(work, [...fresh, 'update']).catch(() => undefined);
    await downloadWith(work, fresh);
  }
}

async function downloadWith(work: string, options: string[]): Promise<void> {
  const install = ['--simulate', '--no-install-recommends', 'install', PACKAGE];
  const { stdout } = await apt(work, [...options, ...install]);
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  await apt(work, [...options, 'download', ...names]);
}

function apt(work: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run('apt-get', args, { cwd: work, timeout: STEP_WITHIN_MS, env: { ...process.env, LC_ALL: 'C' } });
}

async function libraryFolders(root: string): Promise<string> {
  const lib = join(root, 'usr', 'lib');
  const triplets = (await readdir(lib)).filter((name) => name.endsWith('-linux-gnu'));
  return triplets.flatMap((name) => [join(lib, name), join(lib, name, 'pulseaudio')]).join(delimiter);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr?.trim() || message || String(error)).split('\n').at(-1) ?? '';
}

function missing(why: string): Error {
  return new Error(
    `Chromium is missing (${why}): install it so that it is on the PATH (Debian and Ubuntu: apt-get install chromium), ` +
      'or set CHROMIUM_PATH to one of yours.',
  );
}
