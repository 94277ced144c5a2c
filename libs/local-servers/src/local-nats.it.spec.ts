import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalNats, type LocalNatsOptions } from './local-nats.js';
import { findProcess } from './orphaned-server.js';

const cacheDir = fileURLToPath(new URL('../../../.cache', import.meta.url));

describe('LocalNats', () => {
  let folder: string;
  const started: LocalNats[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-nats-'));
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((nats) => nats.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  function local(options: Partial<LocalNatsOptions> = {}): LocalNats {
    const nats = new LocalNats({ cacheDir, ...options });
    started.push(nats);
    return nats;
  }

  /** What a server says first to whoever connects. */
  async function greeting(nats: LocalNats): Promise<string> {
    const socket = connect(Number(new URL(nats.url).port), '127.0.0.1');
    const [data] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return data.toString();
  }

  it('serves core NATS on loopback without JetStream', async () => {
    const nats = local();
    await nats.start();
    const info = JSON.parse((await greeting(nats)).replace(/^INFO /, ''));
    expect(info).toMatchObject({ host: '127.0.0.1', port: Number(new URL(nats.url).port) });
    expect(info.jetstream ?? false).toBe(false);
  });

  it('leaves no process behind when it stops, and starts again', async () => {
    const nats = local({ pidFile: join(folder, 'nats.pid') });
    await nats.start();
    const pid = nats.pid as number;
    await nats.stop();
    expect([findProcess(pid), nats.pid]).toEqual([undefined, undefined]);
    await nats.start();
    expect(await greeting(nats)).toMatch(/^INFO /);
  });

  it('takes over the port from a server whose launcher was killed', async () => {
    const pidFile = join(folder, 'nats.pid');
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', LAUNCHER, cacheDir, pidFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: new URL('..', import.meta.url),
    });
    const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
    const { pid, url } = JSON.parse(line.toString()) as { pid: number; url: string };
    launcher.kill('SIGKILL');
    await once(launcher, 'close');

    const nats = local({ pidFile, port: Number(new URL(url).port) });
    await nats.start();
    expect(findProcess(pid)).toBeUndefined();
    expect(await greeting(nats)).toMatch(/^INFO /);
  });

  it('says in one sentence which port is taken and which setting to change', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      await expect(local({ port, portSetting: 'STANDALONE_PORT_BASE' }).start()).rejects.toThrow(
        `nats-server cannot start because port ${port} on 127.0.0.1 is taken: stop the program that uses it, or change STANDALONE_PORT_BASE.`,
      );
    } finally {
      squatter.close();
    }
  });

  it('says what to do when there is no nats-server and none can be fetched', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      await expect(local({ cacheDir: join(folder, 'cache') }).start()).rejects.toThrow(
        /nats-server is missing .* install it so that it is on the PATH .* or set NATS_URL/,
      );
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('reports a server that ends by itself', async () => {
    const exited = new Promise<string>((resolve) => {
      void local({ onUnexpectedExit: resolve })
        .start()
        .then(() => process.kill(started[0]?.pid as number, 'SIGKILL'));
    });
    expect(await exited).toBe('killed by SIGKILL');
  });
});

/** Starts a server with the cache folder and the pid file of its arguments, prints where it is, and waits to be killed. */
const LAUNCHER = `
  import { LocalNats } from '@waypost/local-servers';
  const nats = new LocalNats({ cacheDir: process.argv[1], pidFile: process.argv[2] });
  await nats.start();
  console.log(JSON.stringify({ pid: nats.pid, url: nats.url }));
`;
