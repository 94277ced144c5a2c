import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../project.js';
import { findOnPath, isExecutable } from './on-path.js';

const run = promisify(execFile);
const STEP_WITHIN_MS = 180_000;
const cached = join(root, '.cache', 'promtool', 'promtool');

/** The path of promtool: PROMTOOL_PATH, on the PATH, in .cache/promtool, or fetched into it once as Debian's package prometheus (19 MB). */
export async function findPromtool(): Promise<{ path: string } | { missing: string }> {
  const given = process.env['PROMTOOL_PATH'] || findOnPath('promtool');
  if (given) return { path: given };
  if (isExecutable(cached)) return { path: cached };
  try {
    await fetchPromtool();
    return { path: cached };
  } catch (error) {
    return { missing: (error as Error).message.trim().split('\n').at(-1) ?? '' };
  }
}

async function fetchPromtool(): Promise<void> {
  await mkdir(join(root, '.cache', 'promtool'), { recursive: true });
  const work = await mkdtemp(join(root, '.cache', 'promtool', 'fetch-'));
  try {
    await download(work);
    const file = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (!file) throw new Error('apt-get downloaded nothing');
    await run('dpkg', ['-x', join(work, file), join(work, 'unpacked')], { timeout: STEP_WITHIN_MS });
    await rename(join(work, 'unpacked', 'usr', 'bin', 'promtool'), cached);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** With the machine's own package lists, or with fresh ones in the work folder when those are empty or out of date. */
async function download(work: string): Promise<void> {
  const apt = (args: string[]) =>
    run(
      'apt-get',
      ['-qq', '-o', 'APT::Sandbox::User=root', '-o', `Dir::Cache=${join(work, 'cache')}`, ...args],
      {
        cwd: work,
        timeout: STEP_WITHIN_MS,
        env: { ...process.env, LC_ALL: 'C' },
      },
    );
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  try {
    await apt(['download', 'prometheus']);
  } catch {
    const lists = join(work, 'lists');
    await mkdir(join(lists, 'partial'), { recursive: true });
    await apt(['-o', `Dir::State::lists=${lists}`, 'update']).catch(() => undefined);
    await apt(['-o', `Dir::State::lists=${lists}`, 'download', 'prometheus']);
  }
}
