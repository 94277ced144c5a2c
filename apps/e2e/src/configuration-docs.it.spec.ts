import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('../../..', import.meta.url));

describe('docs/configuration.md', () => {
  it('tells what the configuration classes say', async () => {
    const { stderr } = await run(process.execPath, ['tools/write-configuration-docs.mjs', '--check'], {
      cwd,
    });
    expect(stderr).toBe('');
  });
});
