import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem.js';
import { LoadFailure } from './load-failure.js';
import { Rows } from './loading.js';

interface ResolvedProps<Data> {
  query: UseQueryResult<Data, ApiProblem>;
  /** How many grey rows stand for it meanwhile. */
  rows?: number;
  children: (data: Data) => ReactNode;
}

/** What a query brought; until then that it loads, or why it cannot. Once something is there, a failed refresh leaves it. */
export function Resolved<Data>({ query, rows = 3, children }: ResolvedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <LoadFailure error={query.error} retry={() => void query.refetch()} />;
  return (
    <div role="status" aria-label="Loading">
      <Rows count={rows} />
    </div>
  );
}
