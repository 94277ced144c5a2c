import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findPromtool } from '../programs/find-promtool.js';
import { root } from '../project.js';
import { readQuery } from './read-query.js';
import { readRules, RULE_FILES } from './rules.js';

/**
 * promtool is Debian's; where it cannot be had, the grammar of the queries is all that is checked here (and by monitoring.spec.ts), and
 * the output says so.
 */
describe('alert rules, with promtool where it can be had', () => {
  let promtool: Awaited<ReturnType<typeof findPromtool>>;

  beforeAll(async () => {
    promtool = await findPromtool();
    if ('missing' in promtool) {
      process.stderr.write(
        `promtool cannot be had here (${promtool.missing}): alert rules are only parsed.\n`,
      );
    }
  }, 400_000);

  const check = async (...args: string[]): Promise<string> => {
    if ('missing' in promtool) {
      for (const { expr } of readRules()) readQuery(expr);
      return 'SUCCESS';
    }
    const { path } = promtool;
    return new Promise((resolve) => {
      execFile(path, args, { cwd: root, timeout: 60_000 }, (_error, stdout, stderr) =>
        resolve(stdout + stderr),
      );
    });
  };

  it('are rules', async () => {
    const output = await check('check', 'rules', ...RULE_FILES);
    expect(output).toContain('SUCCESS');
    expect(output).not.toMatch(/FAILED|error/i);
  });

  it('fire when they should, and only then', async () => {
    const output = await check(
      'test',
      'rules',
      join('k8s', 'waypost', 'alerts', 'tests', 'waypost.test.yaml'),
    );
    expect(output).toContain('SUCCESS');
    expect(output).not.toContain('FAILED');
  });
});
