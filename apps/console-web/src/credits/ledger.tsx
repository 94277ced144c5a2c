import { Button, Table, Text } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import { api, take, type Schemas } from '../api/client.js';
import type { ApiProblem } from '../api/problem.js';
import { Empty } from '../feedback/empty.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { Rows } from '../feedback/loading.js';
import { Panel } from '../layout/panel.js';
import { ExactTime } from '../time/time.js';
import { formatChange, formatNumber } from '../words/numbers.js';
import { reasonWords } from './reasons.js';
import type { CreditEntry } from './use-credits.js';

type EntryPage = Schemas['CreditEntryPage'];

const AT_ONCE = 25;
const LOOK_EVERY_MS = 5_000;

export function Ledger() {
  const ledger = useInfiniteQuery<EntryPage, ApiProblem, InfiniteData<EntryPage>, string[], string>({
    queryKey: ['credit-ledger'],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/credits/ledger', {
          params: { query: { limit: AT_ONCE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // Somebody who reads far back is not disturbed.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LOOK_EVERY_MS),
  });
  const entries = ledger.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel title="Ledger" lead="Every change of the balance, newest first.">
      {ledger.isPending && <Rows count={4} height={36} />}
      {ledger.error && !ledger.data && (
        <LoadFailure error={ledger.error} retry={() => void ledger.refetch()} />
      )}
      {ledger.data && entries.length === 0 && (
        <Empty icon={IconReceipt} title="Nothing yet">
          Add credits above; each change then stands here with its reason.
        </Empty>
      )}
      {entries.length > 0 && <EntryTable entries={entries} />}
      {ledger.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void ledger.fetchNextPage()}
          loading={ledger.isFetchingNextPage}
        >
          Show older changes
        </Button>
      )}
    </Panel>
  );
}

function EntryTable({ entries }: { entries: CreditEntry[] }) {
  return (
    <Table verticalSpacing="xs" horizontalSpacing="xs" layout="auto">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Reason</Table.Th>
          <Table.Th ta="right">Change</Table.Th>
          <Table.Th ta="right">Balance</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id}>
            <Table.Td>
              <Text size="sm" fw={500}>
                {reasonWords[entry.reason]}
              </Text>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                <ExactTime at={entry.createdAt} />
                {(entry.note ?? entry.messageId) && ` · ${entry.note ?? entry.messageId}`}
              </Text>
            </Table.Td>
            <Table.Td ta="right" fw={600}>
              {formatChange(entry.delta)}
            </Table.Td>
            <Table.Td ta="right">{formatNumber(entry.balance)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
