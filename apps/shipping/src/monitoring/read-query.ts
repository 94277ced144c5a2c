import { parser } from '@prometheus-io/lezer-promql';

export interface Query {
  /** Names of series, each with the labels that its matchers name. */
  series: { name: string; labels: string[] }[];
  /** Labels that the query groups by. */
  groupedBy: string[];
}

/** Grafana replaces its variables before Prometheus sees them. */
function withoutVariables(query: string): string {
  return query.replaceAll('$__rate_interval', '5m').replaceAll(/\$\{?\w+\}?/g, 'x');
}

/**
 * What a query of Prometheus asks for.
 *
 * @throws when it is not PromQL
 */
export function readQuery(text: string): Query {
  const query = withoutVariables(text);
  const found: Query = { series: [], groupedBy: [] };
  const words = (from: number, to: number) => query.slice(from, to);
  parser.parse(query).iterate({
    enter: ({ name, from, to, node }) => {
      if (node.type.isError) throw new Error(`not PromQL at ${from}: ${query}`);
      if (name === 'VectorSelector') {
        const identifier = node.getChild('Identifier');
        const labels = [...words(from, to).matchAll(/[{,]\s*(\w+)\s*[=!]/g)].map(([, label]) => label!);
        found.series.push({ name: identifier ? words(identifier.from, identifier.to) : '', labels });
      }
      if (name === 'GroupingLabels') {
        found.groupedBy.push(...[...words(from, to).matchAll(/\w+/g)].map(([label]) => label));
      }
    },
  });
  return found;
}
