import { Panel } from '../layout/panel.js';
import { formatNumber } from '../words/numbers.js';
import type { Series } from './chart.js';
import { DayChart } from './day-chart.js';
import type { MessageDay } from './use-statistics.js';

const SERIES: Series<MessageDay>[] = [
  { label: 'Received', colour: '--chart-in', value: ({ received }) => received },
  { label: 'Sent', colour: '--chart-out', value: ({ sent }) => sent },
];

export function MessagesPerDay({ days }: { days: MessageDay[] }) {
  const received = days.reduce((sum, day) => sum + day.received, 0);
  const sent = days.reduce((sum, day) => sum + day.sent, 0);
  const summary = `${formatNumber(received)} received and ${formatNumber(sent)} sent in ${days.length} days`;
  return (
    <Panel title="Messages" lead={`${summary}.`}>
      <DayChart
        title="Messages per day"
        summary={`Messages per day: ${summary}.`}
        days={days}
        series={SERIES}
      />
    </Panel>
  );
}
