export function spread(samples: readonly number[]): string {
  if (samples.length === 0) return 'none';
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!)} ms`;
  return `min ${at(0)}, p1 ${at(0.01)}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

/** A scrape: values by name; of a bucket by name and bound. Series that differ in other labels are added up. */
export type Metrics = Map<string, number>;

export async function scrape(url: string): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metrics: Metrics = new Map();
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = line.match(/^(\w+)(\{.*\})? (\S+)/) ?? [];
    if (!name) continue;
    const bound = labels.match(/le="([^"]+)"/)?.[1];
    const key = bound ? `${name} ${bound}` : name;
    metrics.set(key, (metrics.get(key) ?? 0) + Number(value));
  }
  return metrics;
}

/** Between two scrapes, the bound of a histogram's bucket in which this share of the observations ends. */
export function quantile(before: Metrics, after: Metrics, name: string, share: number): string {
  const grown = (key: string) => (after.get(key) ?? 0) - (before.get(key) ?? 0);
  const total = grown(`${name}_count`);
  for (const key of after.keys()) {
    const bound = key.startsWith(`${name}_bucket `) && key.split(' ')[1];
    if (bound && grown(key) >= share * total)
      return bound === '+Inf' ? 'more' : `at most ${Number(bound) * 1000} ms`;
  }
  return 'none';
}
