import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { api, take, type Schemas } from '../api/client.js';
import { problemOf, type ApiProblem } from '../api/problem.js';

export type Me = Schemas['MeResource'];

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery<Me | null, ApiProblem>({
    queryKey: ['me'],
    staleTime: 60_000,
    queryFn: () =>
      take(api.GET('/api/v1/me')).catch((error: unknown) => {
        if (problemOf(error)?.status === 401) return null;
        throw error;
      }),
  });
}

const MeContext = createContext<Me | undefined>(undefined);
export const MeProvider = MeContext.Provider;

/** Who is signed in, inside the pages. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('nobody is signed in here');
  return me;
}

export function useIsOwner(): boolean {
  return useMe().role === 'owner';
}

/** Signs out, and forgets what the member saw. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await take(api.POST('/api/v1/auth/logout')).catch(() => undefined);
    queries.setQueryData(['me'], null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
  };
}
