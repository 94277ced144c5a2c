import { Table, Text } from '@mantine/core';
import { Panel } from '../layout/panel.js';
import { formatNumber } from '../words/numbers.js';
import { successShare } from './chart.js';
import classes from './day-chart.module.css';
import type { AccountCounts as Counts } from './use-statistics.js';

export function AccountCounts({ accounts }: { accounts: Counts[] }) {
  return (
    <Panel title="Per account">
      <div className={classes.wide} tabIndex={0} role="region" aria-label="Messages per account">
        <Table verticalSpacing="xs" horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Account</Table.Th>
              <Table.Th ta="right">Received</Table.Th>
              <Table.Th ta="right">Sent</Table.Th>
              <Table.Th ta="right">Delivered</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {accounts.map((account) => (
              <Table.Tr key={account.id}>
                <Table.Td>{account.phone ?? 'Not linked'}</Table.Td>
                <Table.Td ta="right">{formatNumber(account.received)}</Table.Td>
                <Table.Td ta="right">{formatNumber(account.sent)}</Table.Td>
                <Table.Td ta="right">
                  {successShare(account) ?? (
                    <Text span c="dimmed" size="sm">
                      none yet
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Panel>
  );
}
