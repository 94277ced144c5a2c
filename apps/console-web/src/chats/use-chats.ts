import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
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
  const rest = (older.data?.pages ?? []).map(({ items }) => items.filter(({ id }) => !seen.has(id)));
  const hasMore = older.data ? older.hasNextPage : latest.data?.nextCursor !== null;
  return {
    latest,
    /** In the parts in which they came. */
    parts: [first, ...rest.filter((part) => part.length > 0)],
    hasMore: latest.data !== undefined && hasMore,
    failedMore: older.isError,
    loadingMore: older.isFetching,
    more: () => void older.fetchNextPage(),
  };
}

/** What became of a chat, wherever it stands in the list: also far down, where nothing is asked again. */
export function useChatChanged(): (chat: Chat) => void {
  const queries = useQueryClient();
  return (chat) => {
    queries.setQueryData(['chat', chat.id], chat);
    queries.setQueriesData<InfiniteData<ChatPage>>(
      { queryKey: [...CHATS, 'older'] },
      (older) =>
        older && {
          ...older,
          pages: older.pages.map((page) => ({
            ...page,
            items: page.items.map((item) => (item.id === chat.id ? chat : item)),
          })),
        },
    );
  };
}

function fetchPage(search: string, cursor = ''): Promise<ChatPage> {
  return take(
    api.GET('/api/v1/chats', {
      params: { query: { limit: AT_ONCE, ...(search && { search }), ...(cursor && { cursor }) } },
    }),
  );
}
