import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LocalServerError } from './local-server-error.js';

/** Put into a server's command line, so that a later start can tell whether the process that launched it still lives. */
export function launcherMark(): string {
  return `waypost-launcher-${process.pid}`;
}

/**
 * Stops what a killed launcher left running. A server belongs to a killed launcher when its parent is no longer the
 * process that its mark names; one whose launcher lives is somebody's, and so is one that bears no mark.
 *
 * @param commandHas strings that all stand in the command line of the server in question; without them `pid` is some
 *   other process that got the number later, and is left alone
 * @throws LocalServerError when the server is in use
 */
export async function stopOrphanedServer(
  server: string,
  pid: number,
  commandHas: string[],
  signals: NodeJS.Signals[],
): Promise<void> {
  const found = findProcess(pid);
  if (!found || !commandHas.every((part) => found.command.includes(part))) return;
  const launcher = found.command.match(/waypost-launcher-(\d+)/)?.[1];
  if (launcher === undefined || Number(launcher) === found.parentPid) {
    throw new LocalServerError(
      `${server} (process ${pid}) already runs on this data folder: stop the other Waypost first, or use another data folder.`,
    );
  }
  for (const signal of [...signals, 'SIGKILL' as const]) {
    signalIfAlive(pid, signal);
    for (let tries = 0; tries < 100; tries++) {
      if (!findProcess(pid)) return;
      await wait(100);
    }
  }
  throw new LocalServerError(
    `${server} (process ${pid}) was left by an earlier run and cannot be stopped: stop it by hand.`,
  );
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The command line and the parent of a running process; undefined when there is none (a zombie counts as none). */
export function findProcess(pid: number): { command: string; parentPid: number } | undefined {
  try {
    if (existsSync('/proc/self/stat')) {
      const [state, parentPid] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (state === 'Z' || state === 'X') return undefined;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return { command, parentPid: Number(parentPid) };
    }
    const line = execFileSync('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim();
    const [, parentPid, command] = line.match(/^(\d+) (.*)$/s) ?? [];
    return command === undefined ? undefined : { command, parentPid: Number(parentPid) };
  } catch {
    return undefined;
  }
}
