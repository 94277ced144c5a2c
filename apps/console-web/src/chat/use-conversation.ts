import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, take } from '../api/client.js';
import { useLive } from '../api/live.js';
import type { ApiProblem } from '../api/problem.js';
import { mergeNewest, type MessagePage } from './merge-messages.js';

/** How many come at once: of the newest, which are asked for all the time, and of others. */
const NEWEST = 50;
const OTHERS = 100;

interface Place {
  cursor?: string;
  around?: string;
}

/** The messages of a chat, read on both ways from the newest or from one in the middle; the newest kept current. */
export function useConversation(chatId: string, around?: string) {
  const queries = useQueryClient();
  const key = ['messages', chatId, around ?? 'newest'];
  const history = useInfiniteQuery<MessagePage, ApiProblem, InfiniteData<MessagePage>, string[], Place>({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(chatId, pageParam),
    initialPageParam: around ? { around } : {},
    getNextPageParam: ({ nextCursor }) => (nextCursor ? { cursor: nextCursor } : null),
    getPreviousPageParam: ({ previousCursor }) => (previousCursor ? { cursor: previousCursor } : null),
    staleTime: Infinity,
    gcTime: 0,
    // A message that is not there does not come by asking again.
    retry: (failures, error) => failures < 2 && error.status !== 404,
  });
  const newest = useLive(['newest-messages', chatId], () => fetchPage(chatId, {}), {
    enabled: history.isSuccess,
  });

  useEffect(() => {
    if (!newest.data) return;
    const queryKey = ['messages', chatId, around ?? 'newest'];
    const data = queries.getQueryData<InfiniteData<MessagePage, Place>>(queryKey);
    if (!data) return;
    const pages = mergeNewest(data.pages, newest.data);
    if (!pages) void queries.resetQueries({ queryKey });
    else {
      const pageParams = pages.length > data.pages.length ? [{}, ...data.pageParams] : data.pageParams;
      queries.setQueryData(queryKey, { pages, pageParams });
    }
  }, [queries, chatId, around, newest.data]);

  const pages = useMemo(() => history.data?.pages ?? [], [history.data]);
  return { history, pages, refresh: () => newest.refetch() };
}

function fetchPage(chatId: string, { cursor, around }: Place): Promise<MessagePage> {
  const limit = cursor || around ? OTHERS : NEWEST;
  return take(
    api.GET('/api/v1/chats/{chatId}/messages', {
      params: {
        path: { chatId },
        query: { limit, ...(cursor && { cursor }), ...(around && { around }) },
      },
    }),
  );
}
