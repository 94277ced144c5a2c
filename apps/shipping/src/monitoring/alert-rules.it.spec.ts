import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadPromtool, type Promtool } from '../programs/run-promtool.js';
import { readQuery } from './read-query.js';
import { readRules, RULE_FILES } from './rules.js';

describe('alert rules, with promtool where it can be had', () => {
  let promtool: Promtool | undefined;

  beforeAll(async () => {
    promtool = await loadPromtool('alert rules are only parsed');
  }, 400_000);

  it('are rules', async () => {
    for (const { expr } of readRules()) expect(readQuery(expr).series.length).toBeGreaterThan(0);
    if (promtool) expect(await promtool(['check', 'rules', ...RULE_FILES])).toMatchObject({ code: 0 });
  });

  it('fire when they should, and only then', async () => {
    const ended = await promtool?.(['test', 'rules', 'k8s/waypost/alerts/tests/waypost.test.yaml']);
    expect(ended ?? { code: 0 }).toMatchObject({ code: 0 });
  });
});
