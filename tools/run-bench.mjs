// Runs under the project's own Node, started by bench.mjs: durable servers, then the program, whose output is ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './bootstrap.mjs';
import { startTestServers } from './test-servers.mjs';

const [program, ...args] = process.argv.slice(2);
let bench;
let interrupted = false;
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, interrupt);
process.channel?.unref();

const servers = await startTestServers({ durable: true });
try {
  if (!interrupted) {
    bench = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
      cwd: root,
      env: { ...process.env, ...servers.env },
      stdio: 'inherit',
    });
    const [code] = await once(bench, 'close');
    process.exitCode = code ?? 1;
  }
} finally {
  await servers.stop();
}

function interrupt() {
  interrupted = true;
  process.exitCode = 130;
  bench?.kill('SIGTERM');
}
