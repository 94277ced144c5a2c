import { spawn } from 'node:child_process';
import { join, delimiter } from 'node:path';
import { root } from './bootstrap.mjs';

/** npm passes a signal on to us that the terminal has already sent to everybody; the second is the same one. */
const SAME_SIGNAL_WITHIN_MS = 1_000;

/**
 * Runs a program under the project's own Node, its output ours, and exits as it exits.
 *
 * The program gets a session of its own: Ctrl-C then reaches it once, through us. It also gets an IPC channel, whose end
 * (the event `disconnect`) tells it that we were killed.
 *
 * @param {string} node as returned by bootstrap()
 * @param {string[]} args program and arguments; flags of Node before the program
 */
export function runInProjectNode(node, args) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(node, args, {
    cwd: root,
    env: { ...process.env, PATH: path },
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const lastSent = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = Date.now();
      if (now - (lastSent.get(signal) ?? 0) < SAME_SIGNAL_WITHIN_MS) return;
      lastSent.set(signal, now);
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  }
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
    process.exit();
  });
}
