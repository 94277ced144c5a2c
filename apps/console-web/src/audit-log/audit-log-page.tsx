import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import { api, take, type Schemas } from '../api/client.js';
import type { ApiProblem } from '../api/problem.js';
import { Empty } from '../feedback/empty.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { Rows } from '../feedback/loading.js';
import { OwnersOnly } from '../layout/owners-only.js';
import { Page } from '../layout/page.js';
import { Panel } from '../layout/panel.js';
import { AuditEntryRow } from './audit-entry-row.js';
import classes from '../team/team.module.css';

type EntryPage = Schemas['AuditEntryPage'];

const TITLE = 'Audit log';
const AT_ONCE = 25;

export function AuditLogPage() {
  return (
    <OwnersOnly title={TITLE}>
      <Page
        title={TITLE}
        lead="Who changed what in this workspace, when and from where. Writing messages and assigning chats is not in it."
      >
        <Panel title="Changes" lead="Newest first.">
          <Entries />
        </Panel>
      </Page>
    </OwnersOnly>
  );
}

function Entries() {
  const log = useInfiniteQuery<EntryPage, ApiProblem, InfiniteData<EntryPage>, string[], string>({
    queryKey: ['audit-log'],
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/audit-log', {
          params: { query: { limit: AT_ONCE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
  const entries = log.data?.pages.flatMap(({ items }) => items) ?? [];
  if (log.isPending) {
    return (
      <div role="status" aria-label="Loading">
        <Rows count={5} height={52} />
      </div>
    );
  }
  if (log.error && !log.data) return <LoadFailure error={log.error} retry={() => void log.refetch()} />;
  if (entries.length === 0) {
    return (
      <Empty icon={IconHistory} title="Nothing was changed yet">
        What owners and teammates change from now on stands here, with their name and address.
      </Empty>
    );
  }
  return (
    <>
      <ul className={classes.list}>
        {entries.map((entry) => (
          <AuditEntryRow key={entry.id} entry={entry} />
        ))}
      </ul>
      {log.hasNextPage && (
        <Button variant="default" onClick={() => void log.fetchNextPage()} loading={log.isFetchingNextPage}>
          Show older changes
        </Button>
      )}
    </>
  );
}
