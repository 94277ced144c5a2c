// node docker/try-images.mjs [app…]
// Builds the images for real, and starts each program from its image's file system until it is ready:
//   - with Docker, where an engine answers;
//   - with Debian's buildah as root otherwise, in a chroot, on a base that debootstrap makes (apt-get install buildah debootstrap);
//   - not at all otherwise; it says so, and that is no error.
// Says what it skipped. Ends with 1 only when something that it tried went wrong.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bootstrap, root } from '../tools/bootstrap.mjs';
import { runInProjectNode } from '../tools/run-in-project-node.mjs';

const APPS = ['admin', 'ingress', 'dispatcher', 'wa-session', 'egress', 'console', 'sandbox'];
const BASE = 'docker.io/library/node:24-bookworm-slim';
const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 30_000;
const IN_PROJECT_NODE = 'TRY_IMAGES_IN_PROJECT_NODE';
const work = join(root, '.cache', 'images');

async function tryAll(apps) {
  const builder = findBuilder();
  if (!builder) {
    say(
      'Skipped: no image was built. No Docker engine answers, and there is no buildah with debootstrap run by root on Debian.',
    );
    return;
  }
  say(`Building with ${builder.name}.`);
  const { startTestServers } = await import('../tools/test-servers.mjs');
  const servers = await startTestServers({ durable: false });
  let failed = 0;
  try {
    builder.prepare();
    for (const app of apps) failed += await tryOne(builder, app, servers.env);
  } finally {
    await servers.stop();
  }
  say(failed === 0 ? 'All of them built and started.' : `${failed} failed.`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function tryOne(builder, app, env) {
  try {
    const started = performance.now();
    builder.build(app);
    const seconds = Math.round((performance.now() - started) / 1_000);
    const outcome = await start(builder, app, env);
    say(`${app}: ${builder.size(app)} MB, built in ${seconds} s, ${outcome}`);
    return 0;
  } catch (error) {
    say(`${app}: ${error.message}`);
    return 1;
  }
}

/** Starts the program of an image until it is ready, and stops it as Kubernetes does. The admin program only says how it is used. */
async function start(builder, app, env) {
  const port = await freePort();
  const database = new URL(env.TEST_POSTGRES_URL);
  database.pathname = `/${env.TEST_TEMPLATE_DATABASE}`;
  const settings = {
    HOST: '127.0.0.1',
    PORT: String(port),
    POD_NAME: `image-${app}`,
    LOG_LEVEL: 'warn',
    DATABASE_URL: database.href,
    NATS_URL: env.TEST_NATS_URL,
    ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
    CONSOLE_PUBLIC_URL: 'http://console.test',
    INGRESS_PUBLIC_URL: 'http://hooks.test',
  };
  const { file, args, container } = builder.command(app, settings);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // Its file system is needed until the program has ended.
  child.once('close', () => builder.remove?.(container));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close');
  if (app === 'admin') {
    const [code] = await ended;
    if (code !== 78 || !output.includes('Usage:')) throw new Error(`ended with ${code}: ${output}`);
    return 'says how it is used';
  }
  try {
    const started = performance.now();
    const answer = await untilReady(child, port);
    if (!answer) throw new Error(`not ready: ${output.slice(-2_000)}`);
    const live = await fetch(`http://127.0.0.1:${port}/health/live`);
    const ready = `ready after ${((performance.now() - started) / 1_000).toFixed(1)} s, live ${live.status}`;
    child.kill('SIGTERM');
    const [code] = await Promise.race([ended, wait(STOP_WITHIN_MS, ['not within 30 s'])]);
    if (code !== 0) throw new Error(`stopped with ${code}: ${output.slice(-2_000)}`);
    return `${ready}, stopped cleanly`;
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

async function untilReady(child, port) {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) return answer;
    await wait(200);
  }
  return undefined;
}

function findBuilder() {
  if (succeeds('docker', ['info'])) return docker;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  return debian && succeeds('buildah', ['--version']) && succeeds('debootstrap', ['--version'])
    ? buildah
    : undefined;
}

const docker = {
  name: 'Docker',
  prepare: () => undefined,
  build: (app) =>
    run('docker', ['build', '-f', 'docker/Dockerfile', '--build-arg', `APP=${app}`, '-t', imageOf(app), '.']),
  size: (app) => megabytes(run('docker', ['image', 'inspect', '--format', '{{.Size}}', imageOf(app)])),
  command: (app, settings) => ({
    file: 'docker',
    args: [
      ...['run', '--rm', '--network', 'host', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
      ...Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      imageOf(app),
    ],
  }),
};

const store = ['--root', join(work, 'store'), '--runroot', join(work, 'run')];

const buildah = {
  name: "Debian's buildah, in a chroot",
  prepare() {
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
    if (succeeds('buildah', [...store, 'inspect', '--type', 'image', BASE])) return;
    say(`Making a stand-in for ${BASE} with debootstrap, this machine's npm and the project's Node.`);
    const base = join(work, 'base');
    if (!existsSync(join(base, 'usr', 'bin', 'env'))) {
      run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', base]);
    }
    run('sh', ['-euc', FILL_BASE], { BASE: base, NODE: process.execPath });
    const container = run('buildah', [...store, 'from', 'scratch']).trim();
    run('buildah', [...store, 'add', '--quiet', container, base, '/']);
    run('buildah', [
      ...store,
      'config',
      '--env',
      'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      container,
    ]);
    run('buildah', [...store, 'commit', '--quiet', ...policy(), container, BASE]);
    run('buildah', [...store, 'rm', container]);
  },
  remove: (container) => void spawnSync('buildah', [...store, 'rm', container], { stdio: 'ignore' }),
  build: (app) =>
    run('buildah', [
      ...[
        ...store,
        'build',
        '--isolation',
        'chroot',
        '--pull-never',
        '--layers',
        '--format',
        'docker',
        ...policy(),
      ],
      ...['-f', 'docker/Dockerfile', '--build-arg', `APP=${app}`, '-t', imageOf(app), '.'],
    ]),
  size: (app) => megabytes(sizeInStore(app)),
  command(app, settings) {
    const container = run('buildah', [...store, 'from', '--pull-never', ...policy(), imageOf(app)]).trim();
    const mounted = run('buildah', [...store, 'mount', container]).trim();
    return {
      container,
      file: 'chroot',
      args: [
        ...['--userspec=10001:10001', mounted, '/usr/bin/env', '-i', 'PATH=/usr/local/bin:/usr/bin:/bin'],
        ...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
        ...['sh', '-c', 'cd /app && exec node service/dist/main.js'],
      ],
    };
  },
};

/** As small as the official image makes itself: no package lists, no documentation. */
const FILL_BASE = `
  rm -rf "$BASE"/var/cache/apt/* "$BASE"/var/lib/apt/lists/* "$BASE"/usr/share/doc "$BASE"/usr/share/man "$BASE"/usr/share/locale
  install -D "$NODE" "$BASE/usr/local/bin/node"
  mkdir -p "$BASE/usr/local/lib/node_modules" "$BASE/usr/local/etc"
  cp -r "$(npm root --global)/npm" "$BASE/usr/local/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$BASE/usr/local/bin/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$BASE/etc/ssl/certs/ca-certificates.crt"
  echo cafile=/etc/ssl/certs/ca-certificates.crt > "$BASE/usr/local/etc/npmrc"
`;

function policy() {
  return ['--signature-policy', join(work, 'policy.json')];
}

function sizeInStore(app) {
  const images = JSON.parse(run('buildah', [...store, 'images', '--json']));
  const image = images.find(({ names }) => names?.some((name) => name.endsWith(`/${imageOf(app)}`)));
  return Number.parseFloat(image.size) * (/GB/i.test(image.size) ? 1e9 : 1e6);
}

function imageOf(app) {
  return `waypost-${app}:try`;
}

function megabytes(bytes) {
  return Math.round(Number(bytes) / 1e6);
}

function succeeds(file, args) {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
}

function run(file, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(
      `${file} ${args.slice(0, 8).join(' ')} failed: ${error?.message ?? ''}\n${(stdout + stderr).slice(-3_000)}`,
    );
  return stdout;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((app) => !APPS.includes(app));
if (unknown.length > 0) {
  process.stderr.write(`There is no image of ${unknown.join(', ')}: ${APPS.join(', ')}\n`);
  process.exit(2);
}
// The servers that the programs need come from the tests, which run under the project's own Node.
if (process.env[IN_PROJECT_NODE]) await tryAll(chosen.length > 0 ? chosen : APPS);
else {
  process.env[IN_PROJECT_NODE] = '1';
  runInProjectNode(bootstrap(['libs/testkit', 'libs/persistence']), [import.meta.filename, ...chosen]);
}
