import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, natsUrl } from '@waypost/testkit';
import { LauncherProcess, makeDataDir, type LauncherSettings } from './launcher-process.js';
import { freePortBase } from './port-base.js';
import { SERVICES, Standalone } from './standalone.js';

describe('the launcher', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let portBase: number;
  let started: LauncherProcess[];

  beforeEach(async () => {
    folder = await makeDataDir();
    portBase = await freePortBase();
    started = [];
  });

  afterEach(async () => {
    for (const launcher of started) await launcher.interrupt();
    await folder.remove();
  }, 60_000);

  function launch(settings: Partial<LauncherSettings> = {}): LauncherProcess {
    const launcher = new LauncherProcess({ dataDir: folder.path, portBase, ...settings });
    started.push(launcher);
    return launcher;
  }

  async function expectRefusal(launcher: LauncherProcess, sentence: RegExp): Promise<void> {
    expect(await launcher.exited).toBe(1);
    expect(launcher.output).toMatch(sentence);
    expect(launcher.output).not.toMatch(/^\s+at /m);
    expect(await launcher.descendants()).toEqual([]);
  }

  it('says which port is taken, and by which setting to choose others', async () => {
    const other = createServer().listen(portBase + 1, '127.0.0.1');
    await once(other, 'listening');
    try {
      await expectRefusal(
        launch(),
        new RegExp(`Port ${portBase + 1} on 127.0.0.1, which ingress needs, is taken.*STANDALONE_PORT_BASE`),
      );
    } finally {
      other.close();
      await once(other, 'close');
    }
  });

  it('names the setting that is wrong', async () => {
    await expectRefusal(launch({ env: { STANDALONE_PORT_BASE: 'x' } }), /STANDALONE_PORT_BASE must be .*"x"/);
  });

  it('shows what a service says about its settings', async () => {
    await expectRefusal(
      launch({ env: { SEND_PACE_MIN_MS: 'soon' } }),
      /SEND_PACE_MIN_MS.*"soon"|SEND_PACE_MIN_MS.*NaN/,
    );
  }, 60_000);

  it('leaves a folder alone that is not its own', async () => {
    await mkdir(folder.path);
    await writeFile(join(folder.path, 'thesis.txt'), 'years of work');
    await expectRefusal(launch({ args: ['--fresh'] }), /not Waypost's: set STANDALONE_DATA_DIR/);
    expect(await readdir(folder.path)).toEqual(['thesis.txt']);
  });

  it('runs once on a data folder, and stops everything on Ctrl-C even while it starts', async () => {
    const first = launch();
    await eventually(() => first.output.includes('Starting the services'), { withinMs: 60_000 });
    await expectRefusal(
      launch({ portBase: await freePortBase() }),
      new RegExp(`Another Waypost \\(process ${first.pid}\\) already runs`),
    );

    first.kill('SIGINT');
    first.kill('SIGINT');
    expect(await first.exited).toBe(0);
    await first.leavesNothing();
    expect(first.output).not.toMatch(/^\s+at /m);
  }, 120_000);

  it('runs on the Postgres and NATS that it is given, and starts none', async () => {
    const database = await createTestDatabase();
    try {
      const standalone = await Standalone.start({
        dataDir: folder.path,
        env: { DATABASE_URL: database.url, NATS_URL: natsUrl() },
      });
      expect(Object.keys(standalone.facts.pids).sort()).toEqual([...SERVICES].sort());
      expect((await database.pool.query('select name from workspace')).rows).toEqual([{ name: 'Demo' }]);
      await standalone.stop();
    } finally {
      await database.drop();
    }
  }, 150_000);
});
