import { useQuery, useQueryClient, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ChangeStream } from './change-stream.js';
import type { ApiProblem } from './problem.js';

/** How often is asked while the stream tells what changed: in case that it missed something. */
const FOLLOWED_MS = 30_000;
/** How often is asked without the stream. */
const ALONE_MS = 2_500;

/** What each topic of the stream is called here: the first parts of the keys of its queries. */
const QUERIES: Record<string, string[]> = {
  accounts: ['accounts', 'pairing'],
  chats: ['chats', 'chat', 'newest-messages'],
  credits: ['credits', 'credit-ledger'],
  'inbound-webhook': ['inbound-webhook', 'inbound-attempts'],
  'outbound-webhook': ['outbound-webhook', 'outbound-requests', 'mails'],
  members: ['members', 'invitations', 'me'],
};

const stream = new ChangeStream();

/** Follows what changes for as long as it is shown, and has it read again. */
export function useFollowing(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const changed = (topics: string[]) => {
      const keys = new Set(topics.flatMap((topic) => QUERIES[topic] ?? []));
      void queries.invalidateQueries({ predicate: ({ queryKey }) => keys.has(String(queryKey[0])) });
    };
    // Whoever looks asks by themselves from then on.
    return stream.follow({ changed, lost: () => changed(Object.keys(QUERIES)) });
  }, [queries]);
}

/**
 * What the API says, kept current while somebody looks. The one place that knows how: read again when the stream says that it changed,
 * and from time to time; without the stream, all the time.
 */
export function useLive<Data>(
  queryKey: QueryKey,
  queryFn: () => Promise<Data>,
  { enabled = true }: { enabled?: boolean } = {},
): UseQueryResult<Data, ApiProblem> {
  return useQuery<Data, ApiProblem>({
    ...{ queryKey, queryFn, enabled },
    refetchInterval: () => (stream.isOpen ? FOLLOWED_MS : ALONE_MS),
  });
}

/** Tells that something was changed from here, so that it is seen at once. */
export function useChanged(): (...keys: QueryKey[]) => Promise<void> {
  const queries = useQueryClient();
  return async (...keys) => {
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
