import { Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { Panel } from '../layout/panel.js';
import { formatNumber } from '../words/numbers.js';
import { AllowanceForm } from './allowance-form.js';
import { GrantForm } from './grant-form.js';
import type { Credits } from './use-credits.js';

export function Balance({ credits }: { credits: Credits }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Panel title="Balance">
        <Stack gap={0}>
          <Text fz={44} fw={700} lh={1.1} data-balance>
            {formatNumber(credits.balance)}
          </Text>
          <Text c="dimmed" size="sm">
            {credits.balance === 0
              ? 'The inbound webhook refuses messages until there are credits.'
              : 'credits left'}
          </Text>
        </Stack>
        <GrantForm />
      </Panel>
      <Panel title="Monthly allowance">
        <Allowance credits={credits} />
        <AllowanceForm allowance={credits.monthlyAllowance} />
      </Panel>
    </SimpleGrid>
  );
}

function Allowance({
  credits: { monthlyAllowance, allowanceLeft, allowanceRenewsAt },
}: {
  credits: Credits;
}) {
  if (monthlyAllowance === 0 && allowanceLeft === 0) {
    return (
      <Text size="sm" c="dimmed">
        No credits come by themselves. With an allowance they come on the first of each month.
      </Text>
    );
  }
  const share = monthlyAllowance === 0 ? 0 : Math.min(100, (allowanceLeft / monthlyAllowance) * 100);
  const renews =
    allowanceRenewsAt &&
    new Date(allowanceRenewsAt).toLocaleDateString(undefined, { day: 'numeric', month: 'long' });
  return (
    <Stack gap="xs">
      <Text size="sm">
        <strong>{formatNumber(allowanceLeft)}</strong> of {formatNumber(monthlyAllowance)} left this month
      </Text>
      <Progress value={share} size="lg" aria-label="Allowance left" />
      {renews && (
        <Text size="xs" c="dimmed">
          {monthlyAllowance === 0
            ? `What is left ends on ${renews}.`
            : `${formatNumber(monthlyAllowance)} come on ${renews}; what is left then ends.`}
        </Text>
      )}
    </Stack>
  );
}
