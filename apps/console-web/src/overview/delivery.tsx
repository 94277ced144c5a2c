import { Panel } from '../layout/panel.js';
import { formatNumber } from '../words/numbers.js';
import { successShare, type Series } from './chart.js';
import { DayChart } from './day-chart.js';
import type { MessageDay } from './use-statistics.js';

const SERIES: Series<MessageDay>[] = [
  { label: 'Delivered', colour: '--chart-out', value: ({ delivered }) => delivered },
  { label: 'On the way', colour: '--chart-waiting', value: ({ underway }) => underway },
  { label: 'Failed', colour: '--chart-bad', value: ({ failed }) => failed },
];

export function Delivery({ days }: { days: MessageDay[] }) {
  const sum = (field: 'delivered' | 'failed' | 'underway') => days.reduce((all, day) => all + day[field], 0);
  const [delivered, failed, underway] = [sum('delivered'), sum('failed'), sum('underway')];
  const share = successShare({ delivered, failed });
  const summary =
    share === undefined
      ? 'Nothing that was sent from here has arrived or failed yet'
      : `${share} of what was sent from here arrived: ${formatNumber(delivered)} delivered, ${formatNumber(failed)} failed`;
  const waiting = underway > 0 ? `, ${formatNumber(underway)} on the way` : '';
  return (
    <Panel title="Delivery" lead={`${summary}${waiting}. What is written on the phone is not counted.`}>
      <DayChart
        title="Outcome per day"
        summary={`Outcome per day: ${summary}.`}
        days={days}
        series={SERIES}
      />
    </Panel>
  );
}
