import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('../../../..', import.meta.url));

describe('docs/openapi.json, and the types of the page’s client', () => {
  it('tell what the console says', async () => {
    const { stderr } = await run(process.execPath, ['tools/write-api-docs.mjs', '--check'], { cwd });
    expect(stderr).toBe('');
  }, 60_000);
});
