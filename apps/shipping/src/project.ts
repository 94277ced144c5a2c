import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the whole project. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** @param path from the folder of the project */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
