import { useQuery, useQueryClient, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import type { ApiProblem } from './problem.js';

const EVERY_MS = 2_500;

/** What moves within a second is asked for more often: a QR, a message on its way. */
export const HASTE_MS = 1_000;

/**
 * What the API says, kept current while somebody looks. The one place that knows how: by asking again and again.
 */
export function useLive<Data>(
  queryKey: QueryKey,
  queryFn: () => Promise<Data>,
  { everyMs = EVERY_MS, enabled = true }: { everyMs?: number; enabled?: boolean } = {},
): UseQueryResult<Data, ApiProblem> {
  return useQuery<Data, ApiProblem>({ queryKey, queryFn, enabled, refetchInterval: everyMs });
}

/** Tells that something was changed from here, so that it is seen at once. */
export function useChanged(): (...keys: QueryKey[]) => Promise<void> {
  const queries = useQueryClient();
  return async (...keys) => {
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
