import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, take } from '../api/client.js';
import { useLive } from '../api/live.js';
import type { ApiProblem } from '../api/problem.js';
import { mergeNewest, type MessagePage } from './merge-messages.js';

/** How many come at once: of the newest, which are asked for all the time, and of older ones. */
const NEWEST = 50;
const OLDER = 100;

/** The messages of a chat: the newest kept current, older ones when asked for. */
export function useConversation(chatId: string) {
  const queries = useQueryClient();
  const key = ['messages', chatId];
  const history = useInfiniteQuery<MessagePage, ApiProblem, InfiniteData<MessagePage>, string[], string>({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(chatId, pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Infinity,
    gcTime: 0,
  });
  const newest = useLive(['newest-messages', chatId], () => fetchPage(chatId), {
    enabled: history.isSuccess,
  });

  useEffect(() => {
    if (!newest.data) return;
    const data = queries.getQueryData<InfiniteData<MessagePage>>(['messages', chatId]);
    const pages = data && mergeNewest(data.pages, newest.data);
    if (pages) queries.setQueryData(['messages', chatId], { ...data, pages });
    else void queries.resetQueries({ queryKey: ['messages', chatId] });
  }, [queries, chatId, newest.data]);

  const messages = useMemo(() => history.data?.pages.flatMap(({ items }) => items) ?? [], [history.data]);
  return { history, messages, refresh: () => newest.refetch() };
}

function fetchPage(chatId: string, cursor = ''): Promise<MessagePage> {
  return take(
    api.GET('/api/v1/chats/{chatId}/messages', {
      params: { path: { chatId }, query: cursor ? { limit: OLDER, cursor } : { limit: NEWEST } },
    }),
  );
}
