import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StandaloneProblem } from '../standalone-problem.js';
import { FolderLock, type Pids } from './folder-lock.js';
import { loadSecrets, saveSecrets, type Secrets } from './secrets.js';
import { writeWhole } from './write-whole.js';

/** Says that a folder is ours, to be emptied when somebody asks to begin anew. */
const MARK = 'waypost-data';
const LOCK = 'launcher.lock';
const FACTS = 'standalone.json';

/** Everything that the launcher keeps between two starts. Held by one launcher at a time. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly lock: FolderLock,
    private current: Secrets,
  ) {}

  /**
   * Makes the folder, or opens and locks it, and with `fresh` empties it.
   *
   * @throws StandaloneProblem when it is somebody else's folder or in use
   */
  static async open(path: string, fresh: boolean): Promise<DataFolder> {
    await prepare(path);
    const lock = await FolderLock.take(join(path, LOCK));
    try {
      if (fresh) await empty(path);
      await rm(join(path, FACTS), { force: true });
      await mkdir(join(path, 'logs'), { recursive: true });
      return new DataFolder(path, lock, await loadSecrets(join(path, 'secrets.json')));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get secrets(): Secrets {
    return this.current;
  }

  get postgresDir(): string {
    return join(this.path, 'postgres');
  }

  get sandboxDir(): string {
    return join(this.path, 'sandbox');
  }

  get natsPidFile(): string {
    return join(this.path, 'nats-server.pid');
  }

  get logsDir(): string {
    return join(this.path, 'logs');
  }

  async keepApiToken(apiToken: string): Promise<void> {
    const secrets = { ...this.current, apiToken };
    await saveSecrets(join(this.path, 'secrets.json'), secrets);
    this.current = secrets;
  }

  /** For the next launcher, in case this one is killed. */
  async recordProcesses(pids: Pids): Promise<void> {
    await this.lock.record(pids);
  }

  /** Writes `standalone.json`, which is there exactly while everything runs. */
  async publish(facts: object): Promise<void> {
    await writeWhole(join(this.path, FACTS), facts, 0o600);
  }

  async close(): Promise<void> {
    await rm(join(this.path, FACTS), { force: true });
    await this.lock.release();
  }
}

async function prepare(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    const names = await readdir(path);
    if (names.length > 0 && !names.includes(MARK)) {
      throw new StandaloneProblem(
        `${path} holds something that is not Waypost's: set STANDALONE_DATA_DIR to an empty folder or one that Waypost made.`,
      );
    }
    if (names.length > 0) return;
    // As root, Postgres gets another account, which must be able to enter.
    await chmod(path, 0o755);
    await writeFile(
      join(path, MARK),
      'Data of Waypost standalone. "npm start -- --fresh" empties this folder.\n',
    );
  } catch (error) {
    if (error instanceof StandaloneProblem) throw error;
    throw new StandaloneProblem(
      `The data folder ${path} cannot be used (${(error as NodeJS.ErrnoException).code ?? String(error)}): set STANDALONE_DATA_DIR to one that can.`,
    );
  }
}

async function empty(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name !== MARK && name !== LOCK) await rm(join(path, name), { recursive: true, force: true });
  }
}
