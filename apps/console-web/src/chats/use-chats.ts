import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';
import type { ApiProblem } from '../api/problem.js';

export const CHATS = ['chats'];

export type Chat = Schemas['ChatResource'];
type ChatPage = Schemas['ChatPage'];

const AT_ONCE = 50;

/** The chats that were active last, kept current; `more()` brings older ones, which are not. */
export function useChats(search: string) {
  const latest = useLive([...CHATS, 'latest', search], () => fetchPage(search));
  const older = useInfiniteQuery<ChatPage, ApiProblem, InfiniteData<ChatPage>, string[], string>({
    queryKey: [...CHATS, 'older', search],
    queryFn: ({ pageParam }) => fetchPage(search, pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    enabled: false,
    staleTime: Infinity,
  });
  const first = latest.data?.items ?? [];
  const seen = new Set(first.map(({ id }) => id));
  const rest = (older.data?.pages ?? []).flatMap(({ items }) => items).filter(({ id }) => !seen.has(id));
  const hasMore = older.data ? older.hasNextPage : latest.data?.nextCursor !== null;
  return {
    latest,
    chats: [...first, ...rest],
    hasMore: latest.data !== undefined && hasMore,
    loadingMore: older.isFetching,
    more: () => void older.fetchNextPage(),
  };
}

function fetchPage(search: string, cursor = ''): Promise<ChatPage> {
  return take(
    api.GET('/api/v1/chats', {
      params: { query: { limit: AT_ONCE, ...(search && { search }), ...(cursor && { cursor }) } },
    }),
  );
}
