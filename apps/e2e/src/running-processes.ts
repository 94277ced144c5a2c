import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The command lines of all processes in which one of these texts stands. */
export async function findProcesses(...texts: string[]): Promise<string[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,stat=,command='], {
    maxBuffer: 8 * 1024 * 1024,
  });
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^\d+ Z/.test(line) && texts.some((text) => line.includes(text)));
}
