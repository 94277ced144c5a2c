import { execFile } from 'node:child_process';
import { root } from '../project.js';
import { findPromtool } from './find-promtool.js';

const WITHIN_MS = 60_000;

export type Promtool = (args: string[], input?: string) => Promise<{ code: number; output: string }>;

/** Runs promtool from the folder of the project; undefined, with a line that says why, where it cannot be had. */
export async function loadPromtool(without: string): Promise<Promtool | undefined> {
  const found = await findPromtool();
  if ('missing' in found) {
    process.stderr.write(`promtool cannot be had here (${found.missing}): ${without}.\n`);
    return undefined;
  }
  return (args, input) =>
    new Promise((resolve) => {
      const child = execFile(found.path, args, { cwd: root, timeout: WITHIN_MS }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
      );
      child.stdin?.end(input);
    });
}
