import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { problemOf } from './problem.js';

const ME = ['me'];

/** Whatever answers that nobody is signed in ends the session in the page as well. */
function onError(error: unknown): void {
  if (problemOf(error)?.kind === 'unauthenticated') queries.setQueryData(ME, null);
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      // A refusal stays one; a missing answer or a failure over there may pass.
      retry: (failures, error) => {
        const status = problemOf(error)?.status ?? 0;
        return failures < 2 && (status === 0 || status >= 500);
      },
    },
  },
});
