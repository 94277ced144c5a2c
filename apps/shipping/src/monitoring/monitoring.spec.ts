import { describe, expect, it } from '@jest/globals';
import { read } from '../project.js';
import { readDashboards } from './dashboards.js';
import { LABELS_OF_ALL, metricsInCode, seriesOf } from './metrics-in-code.js';
import { readQuery } from './read-query.js';
import { readRules } from './rules.js';

const metrics = metricsInCode();
const series = seriesOf(metrics);
const rules = readRules();
const recorded = new Map(
  rules.filter(({ record }) => record).map(({ record, expr }) => [record!, readQuery(expr)]),
);

const queries: [where: string, text: string][] = [
  ...rules.map(({ alert, record, expr }): [string, string] => [alert ?? record ?? '', expr]),
  ...readDashboards().flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? [])
        .filter(({ expr }) => expr)
        .map(({ expr }): [string, string] => [`${title}: ${panel.title}`, expr!]),
    ),
  ),
];

function problemsOf(text: string): string[] {
  const query = readQuery(text);
  const problems: string[] = [];
  const labels = new Set(LABELS_OF_ALL);
  for (const { name, labels: matched } of query.series) {
    const known = series.get(name)?.labels ?? recorded.get(name)?.groupedBy;
    if (!known) problems.push(`no metric ${name}`);
    for (const label of known ?? []) labels.add(label);
    for (const label of matched) {
      if (known && !known.includes(label) && !LABELS_OF_ALL.includes(label))
        problems.push(`${name} has no label ${label}`);
    }
  }
  for (const label of query.groupedBy) if (!labels.has(label)) problems.push(`no label ${label} to group by`);
  return problems;
}

describe('metrics', () => {
  it('are found in the code', () => {
    expect(metrics.get('waypost_sends_total')).toEqual({ type: 'Counter', labels: ['outcome'] });
    expect(series.has('waypost_send_seconds_bucket')).toBe(true);
  });

  it('are named as Prometheus wants it: with their unit, and counters as totals', () => {
    const own = [...metrics].filter(([name]) => name.startsWith('waypost_'));
    const wrong = own.filter(
      ([name, { type }]) =>
        (type === 'Counter') !== name.endsWith('_total') ||
        /_(ms|milliseconds|minutes|kb|mb)(_|$)/.test(name),
    );
    expect(wrong).toEqual([]);
  });

  it('have no label whose values grow with the number of customers', () => {
    const labels = [...metrics].flatMap(([name, metric]) => metric.labels.map((label) => `${name} ${label}`));
    expect(
      labels.filter((one) =>
        /account|workspace|chat|phone|endpoint|url|message|token/i.test(one.split(' ')[1]!),
      ),
    ).toEqual([]);
  });
});

describe('queries of rules and dashboards', () => {
  it.each(queries)('%s asks for metrics and labels that exist', (_where, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('would not pass with a metric or a label that does not exist', () => {
    expect(problemsOf('rate(waypost_sents_total[5m])')).toEqual(['no metric waypost_sents_total']);
    expect(problemsOf('waypost_sends_total{result="acked"}')).toEqual([
      'waypost_sends_total has no label result',
    ]);
    expect(problemsOf('sum by (account) (waypost_sessions)')).toEqual(['no label account to group by']);
    expect(() => problemsOf('sum by (waypost_sessions')).toThrow('not PromQL');
  });
});

describe('alert rules', () => {
  const alerts = rules.filter(({ alert }) => alert);

  it.each(alerts.map((rule) => [rule.alert!, rule] as const))(
    '%s says what happens and where to read on',
    (_name, rule) => {
      expect(rule.labels?.['severity']).toMatch(/^(critical|warning)$/);
      expect(rule.for).toMatch(/^\d+m$/);
      expect(rule.annotations?.['summary']).toBeTruthy();
      expect(rule.annotations?.['description']).toBeTruthy();
      const [file, anchor] = rule.annotations!['runbook_url']!.split('#');
      expect(file).toBe('docs/operations.md');
      expect(headings(read(file!))).toContain(anchor);
    },
  );

  it('have names of their own', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });
});

describe('dashboards', () => {
  it('have panels of their own ids that do not overlap', () => {
    for (const { panels, title } of readDashboards()) {
      expect([title, new Set(panels.map(({ id }) => id)).size]).toEqual([title, panels.length]);
      const overlapping = panels.filter((one) =>
        panels.some((other) => other.id < one.id && overlap(one.gridPos, other.gridPos)),
      );
      expect(overlapping).toEqual([]);
      for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });

  it('show every metric of ours', () => {
    const shown = new Set(queries.flatMap(([, text]) => readQuery(text).series.map(({ name }) => name)));
    const missing = [...metrics.keys()].filter(
      (name) => name.startsWith('waypost_') && !shown.has(name) && !shown.has(`${name}_bucket`),
    );
    expect(missing).toEqual([]);
  });
});

/** As GitHub makes anchors of headings. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.w &&
    other.x < one.x + one.w &&
    one.y < other.y + other.h &&
    other.y < one.y + one.h
  );
}
