import { Badge, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useIsOwner } from '../session/me.js';
import { Ago } from '../time/time.js';
import { formatNumber } from '../words/numbers.js';
import { AccountActions } from './account-actions.js';
import { accountName, localTimes, paceWords, type Account } from './account-words.js';
import { StateBadge } from './state-badge.js';

export function AccountCard({ account, onLink }: { account: Account; onLink: () => void }) {
  const isOwner = useIsOwner();
  return (
    <Card component="article" withBorder padding="lg" aria-label={`Account ${accountName(account)}`}>
      <Stack gap="md">
        <Group justify="space-between" wrap="wrap" gap="xs">
          <Text fw={650} size="lg">
            {accountName(account)}
          </Text>
          {account.network === 'sandbox' && (
            <Badge variant="outline" color="gray" tt="none" c="dimmed">
              Sandbox
            </Badge>
          )}
        </Group>
        <StateBadge account={account} />
        <div>
          <Text size="sm" fw={600}>
            Why is nothing being sent?
          </Text>
          <Text size="sm" c="dimmed">
            {localTimes(account.explanation)}
          </Text>
        </div>
        <SimpleGrid cols={2} spacing="sm" verticalSpacing="sm">
          <Fact label="In the queue">{formatNumber(account.queueLength)}</Fact>
          <Fact label="Pause between messages">
            {account.paceMinMs === null || account.paceMaxMs === null
              ? 'Standard'
              : paceWords(account.paceMinMs, account.paceMaxMs)}
          </Fact>
          <Fact label="Last connected">
            {account.connectedAt ? <Ago at={account.connectedAt} /> : 'Never'}
          </Fact>
          <Fact label="Added by">{account.owner.fullName}</Fact>
        </SimpleGrid>
        {isOwner && <AccountActions account={account} onLink={onLink} />}
      </Stack>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" fw={500} component="div">
        {children}
      </Text>
    </div>
  );
}
