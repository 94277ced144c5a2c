import { Group, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useState } from 'react';
import { useAccounts } from '../accounts/use-accounts.js';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { Page } from '../layout/page.js';
import { Panel } from '../layout/panel.js';
import { useIsOwner } from '../session/me.js';
import { AccountCounts } from './account-counts.js';
import { CreditUse } from './credit-use.js';
import { Delivery } from './delivery.js';
import { MessagesPerDay } from './messages-per-day.js';
import { useMessageStatistics } from './use-statistics.js';

const RANGES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];

export function OverviewPage() {
  const isOwner = useIsOwner();
  const [range, setRange] = useState('30');
  const [accountId, setAccountId] = useState('');
  const accounts = useAccounts();
  const statistics = useMessageStatistics(Number(range), accountId || undefined);
  return (
    <Page title="Overview" lead="How much was written and received, and how much of it arrived.">
      <Group gap="sm">
        <SegmentedControl aria-label="How far back" data={RANGES} value={range} onChange={setRange} />
        <NativeSelect
          aria-label="Account"
          value={accountId}
          onChange={(event) => setAccountId(event.currentTarget.value)}
          data={[
            { value: '', label: 'All accounts' },
            ...(accounts.data ?? []).map(({ id, phone }) => ({
              value: id,
              label: phone ?? 'Not linked yet',
            })),
          ]}
        />
      </Group>
      <Resolved query={statistics} rows={4}>
        {({ days, accounts: counts }) =>
          counts.length === 0 ? (
            <Panel title="Messages">
              <Empty icon={IconChartBar} title="Nothing to count yet">
                Messages of these days show here, sent and received.
              </Empty>
            </Panel>
          ) : (
            <>
              <MessagesPerDay days={days} />
              <Delivery days={days} />
              <AccountCounts accounts={counts} />
            </>
          )
        }
      </Resolved>
      {isOwner && accountId === '' && <CreditUse days={Number(range)} />}
    </Page>
  );
}
