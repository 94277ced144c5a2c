import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, take, type Schemas } from '../api/client.js';
import type { ApiProblem } from '../api/problem.js';

export type MessageStatistics = Schemas['MessageStatisticsResource'];
export type MessageDay = MessageStatistics['days'][number];
export type AccountCounts = MessageStatistics['accounts'][number];
export type CreditDay = Schemas['CreditStatisticsResource']['days'][number];

/** Days are counted anew each time: not with every message. */
const EVERY = { refetchInterval: 60_000, staleTime: 15_000 };

/** Some browsers do not know where they are. */
function viewersZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone === 'Etc/Unknown' ? 'UTC' : timeZone;
}

export function useMessageStatistics(days: number, accountId: string | undefined) {
  const query = { days, timeZone: viewersZone(), ...(accountId && { accountId }) };
  return useQuery<MessageStatistics, ApiProblem>({
    queryKey: ['message-statistics', query],
    queryFn: () => take(api.GET('/api/v1/statistics/messages', { params: { query } })),
    placeholderData: keepPreviousData,
    ...EVERY,
  });
}

export function useCreditStatistics(days: number) {
  const query = { days, timeZone: viewersZone() };
  return useQuery<CreditDay[], ApiProblem>({
    queryKey: ['credit-statistics', query],
    queryFn: async () => (await take(api.GET('/api/v1/statistics/credits', { params: { query } }))).days,
    placeholderData: keepPreviousData,
    ...EVERY,
  });
}
