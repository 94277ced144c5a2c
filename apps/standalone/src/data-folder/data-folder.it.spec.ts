import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findProcess } from '@waypost/local-servers';
import { DataFolder } from './data-folder.js';

describe('the data folder', () => {
  let parent: string;
  let path: string;
  const open: DataFolder[] = [];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'data-folder-'));
    path = join(parent, 'data');
  });

  afterEach(async () => {
    for (const folder of open.splice(0)) await folder.close();
    await rm(parent, { recursive: true });
  });

  async function opened(fresh = false): Promise<DataFolder> {
    const folder = await DataFolder.open(path, fresh);
    open.push(folder);
    return folder;
  }

  it('makes secrets once and keeps them where only their owner reads them', async () => {
    const first = await opened();
    await first.keepApiToken('token');
    const { secrets } = first;
    await first.close();
    expect((await opened()).secrets).toEqual(secrets);
    expect(secrets).toMatchObject({ apiToken: 'token', encryptionKeys: expect.stringMatching(/^1:.{44}$/) });
    expect((await stat(join(path, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('has a standalone.json only while somebody runs on it', async () => {
    const folder = await opened();
    await folder.publish({ consoleUrl: 'http://127.0.0.1:3000' });
    expect(JSON.parse(await readFile(join(path, 'standalone.json'), 'utf8'))).toEqual({
      consoleUrl: 'http://127.0.0.1:3000',
    });
    await folder.close();
    expect(await readdir(path)).not.toContain('standalone.json');
  });

  it('is emptied when somebody begins anew', async () => {
    const first = await opened();
    const { databasePassword } = first.secrets;
    await mkdir(join(path, 'postgres'));
    await first.close();
    const second = await opened(true);
    expect(second.secrets.databasePassword).not.toBe(databasePassword);
    expect(await readdir(path)).not.toContain('postgres');
  });

  it('is never a folder that holds something else', async () => {
    await mkdir(path);
    await writeFile(join(path, 'thesis.txt'), 'years of work');
    await expect(opened(true)).rejects.toThrow(/not Waypost's: set STANDALONE_DATA_DIR/);
    await expect(opened()).rejects.toThrow(/not Waypost's/);
    expect(await readdir(path)).toEqual(['thesis.txt']);
  });

  it('is refused when its secrets are damaged', async () => {
    await (await opened()).close();
    await writeFile(join(path, 'secrets.json'), '{"databasePassword":');
    await expect(opened()).rejects.toThrow(/secrets.json is damaged: .*--fresh/);
  });

  describe('after a launcher that was killed', () => {
    /** Writes the lock of a launcher with this process id. */
    async function leaveLock(pid: number, children: Record<string, number> = {}): Promise<void> {
      await (await opened()).close();
      const lock = { pid, mark: `waypost-launcher-${pid}`, children };
      await writeFile(join(path, 'launcher.lock'), JSON.stringify(lock));
    }

    it('is free, and what that one left running is stopped', async () => {
      const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
      await once(dead, 'exit');
      const args = ['-e', 'setInterval(() => 1, 1000)', `waypost-launcher-${dead.pid}`];
      const orphan = spawn(process.execPath, args, { stdio: 'ignore' });
      const bystander = spawn(process.execPath, args.slice(0, 2), { stdio: 'ignore' });
      try {
        await leaveLock(dead.pid!, { ingress: orphan.pid!, console: bystander.pid! });
        await opened();
        expect(findProcess(orphan.pid!)).toBeUndefined();
        expect(findProcess(bystander.pid!)).toBeDefined();
      } finally {
        orphan.kill('SIGKILL');
        bystander.kill('SIGKILL');
      }
    });

    it('is free when the process id is that of another program by now', async () => {
      await leaveLock(1);
      await opened();
    });

    it('is free when the lock was half written', async () => {
      await (await opened()).close();
      await writeFile(join(path, 'launcher.lock'), '');
      await opened();
    });
  });

  it('is refused while another launcher runs on it', async () => {
    const program = join(parent, 'standalone', 'dist');
    await mkdir(program, { recursive: true });
    await writeFile(join(program, 'main.js'), 'setInterval(() => 1, 1000)');
    const other = spawn(process.execPath, [join(program, 'main.js')], { stdio: 'ignore' });
    try {
      await (await opened()).close();
      await writeFile(
        join(path, 'launcher.lock'),
        JSON.stringify({ pid: other.pid, mark: 'waypost-launcher-1', children: {} }),
      );
      await expect(opened(true)).rejects.toThrow(
        new RegExp(`Another Waypost \\(process ${other.pid}\\) already runs .*STANDALONE_DATA_DIR`),
      );
    } finally {
      other.kill('SIGKILL');
    }
  });
});
