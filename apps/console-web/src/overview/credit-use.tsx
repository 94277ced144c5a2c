import { SimpleGrid } from '@mantine/core';
import { Resolved } from '../feedback/resolved.js';
import { Panel } from '../layout/panel.js';
import { formatNumber, plural } from '../words/numbers.js';
import { daysLeft, type Series } from './chart.js';
import { DayChart } from './day-chart.js';
import { useCreditStatistics, type CreditDay } from './use-statistics.js';

const LEFT: Series<CreditDay>[] = [{ label: 'Left', colour: '--chart-in', value: ({ left }) => left }];
const USED: Series<CreditDay>[] = [{ label: 'Used', colour: '--chart-out', value: ({ used }) => used }];

export function CreditUse({ days: range }: { days: number }) {
  const credits = useCreditStatistics(range);
  return <Resolved query={credits}>{(days) => <Use days={days} />}</Resolved>;
}

function Use({ days }: { days: CreditDay[] }) {
  const used = days.reduce((sum, day) => sum + day.used, 0);
  const left = days.at(-1)!.left;
  const lasting = daysLeft(days);
  const outlook =
    lasting === undefined ? '' : `; at this pace they last for about ${plural(lasting, 'more day')}`;
  return (
    <Panel title="Credits" lead={`${formatNumber(left)} left, ${formatNumber(used)} used${outlook}.`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <DayChart
          title="Left at the end of the day"
          summary={`Credits left at the end of each day, ${formatNumber(left)} now.`}
          days={days}
          series={LEFT}
          shape="area"
        />
        <DayChart
          title="Used per day"
          summary={`Credits used per day, ${formatNumber(used)} in ${days.length} days.`}
          days={days}
          series={USED}
        />
      </SimpleGrid>
    </Panel>
  );
}
