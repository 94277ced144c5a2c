import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { findProcess, launcherMark, stopOrphanedServer } from '@waypost/local-servers';
import { StandaloneProblem } from '../standalone-problem.js';
import { writeWhole } from './write-whole.js';

/** Process ids by the name of the part. */
export type Pids = Record<string, number>;

interface LockContent {
  pid: number;
  mark: string;
  children: Pids;
}

/** In the command line of every launcher. */
const LAUNCHER_PROGRAM = 'standalone/dist/main.js';

/**
 * One launcher per data folder: a file that holds its process id and those of its children. A launcher that was killed
 * leaves the file; the next one takes it over and stops the children that are still there.
 */
export class FolderLock {
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly path: string) {}

  /** @throws StandaloneProblem when another launcher that lives holds it */
  static async take(path: string): Promise<FolderLock> {
    const mine = `${path}.${process.pid}`;
    await writeFile(mine, JSON.stringify(content({})), { mode: 0o600 });
    try {
      // Of two launchers that find the same dead one's file, the second to remove it may remove the first one's; then
      // the ports, and Postgres's own lock, still keep them apart.
      for (let tries = 0; tries < 2; tries++) {
        if (await linked(mine, path)) return new FolderLock(path);
        await removeDead(path);
      }
      throw inUse(path);
    } finally {
      await rm(mine, { force: true });
    }
  }

  /** Remembers what runs now, for the launcher after this one. */
  async record(children: Pids): Promise<void> {
    this.writing = this.writing.then(() => writeWhole(this.path, content(children), 0o600));
    await this.writing;
  }

  async release(): Promise<void> {
    await this.writing.catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

function content(children: Pids): LockContent {
  return { pid: process.pid, mark: launcherMark(), children };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeDead(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lock = parse(text);
  if (lock) {
    const holder = lock.pid === process.pid ? undefined : findProcess(lock.pid);
    if (holder?.command.includes(LAUNCHER_PROGRAM)) throw inUse(path, lock.pid);
    for (const [name, pid] of Object.entries(lock.children)) {
      // Postgres takes SIGTERM as "when everybody has gone".
      await stopOrphanedServer(name, pid, [lock.mark], [name === 'postgres' ? 'SIGINT' : 'SIGTERM']);
    }
  }
  await rm(path, { force: true });
}

function parse(text: string): LockContent | undefined {
  try {
    return JSON.parse(text) as LockContent;
  } catch {
    return undefined;
  }
}

function inUse(path: string, pid?: number): StandaloneProblem {
  const who = pid === undefined ? 'Another Waypost' : `Another Waypost (process ${pid})`;
  return new StandaloneProblem(
    `${who} already runs on this data folder (${path}): stop it first, or set STANDALONE_DATA_DIR to another folder.`,
  );
}
