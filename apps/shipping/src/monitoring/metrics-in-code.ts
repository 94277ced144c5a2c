import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, read } from '../project.js';

export interface Metric {
  type: 'Counter' | 'Gauge' | 'Histogram';
  labels: string[];
}

/** Those of Node that prom-client adds to every service, and the one that Prometheus makes itself. */
const BY_LIBRARIES: Record<string, Metric> = {
  process_cpu_seconds_total: { type: 'Counter', labels: [] },
  process_resident_memory_bytes: { type: 'Gauge', labels: [] },
  process_start_time_seconds: { type: 'Gauge', labels: [] },
  nodejs_eventloop_lag_p99_seconds: { type: 'Gauge', labels: [] },
  nodejs_heap_size_used_bytes: { type: 'Gauge', labels: [] },
  nodejs_gc_duration_seconds: { type: 'Histogram', labels: ['kind'] },
};

/** Added by every registry, and by the scrape of pods. */
export const LABELS_OF_ALL = ['service', 'namespace', 'pod', 'instance', 'job', 'le'];

/** Every metric that the sources of apps and libs declare, by its name. */
export function metricsInCode(): Map<string, Metric> {
  const found = new Map(Object.entries(BY_LIBRARIES));
  for (const file of sources()) {
    for (const [, type, body] of read(file).matchAll(
      /new (Counter|Gauge|Histogram)(?:<[^>]*>)?\(\{(.*?)\n\s*\}\)/gs,
    )) {
      const name = body!.match(/name: '(\w+)'/)?.[1];
      const labels = body!.match(/labelNames: \[([^\]]*)\]/)?.[1] ?? '';
      if (name) {
        found.set(name, {
          type: type as Metric['type'],
          labels: [...labels.matchAll(/'(\w+)'/g)].map(([, label]) => label!),
        });
      }
    }
  }
  return found;
}

function sources(): string[] {
  return ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((project) =>
      readdirSync(join(root, folder, project, 'src'), { recursive: true })
        .map((file) => join(folder, project, 'src', String(file)))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts')),
    ),
  );
}

/** The names under which Prometheus sees a metric. */
export function seriesOf(metrics: Map<string, Metric>): Map<string, Metric> {
  const series = new Map<string, Metric>();
  for (const [name, metric] of metrics) {
    if (metric.type !== 'Histogram') series.set(name, metric);
    else for (const suffix of ['bucket', 'sum', 'count']) series.set(`${name}_${suffix}`, metric);
  }
  return series;
}
