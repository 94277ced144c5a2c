import { Table, Text } from '@mantine/core';
import { formatNumber } from '../words/numbers.js';
import { axisTop, dayLabel, type Series } from './chart.js';
import classes from './day-chart.module.css';

interface DayChartProps<Day> {
  title: string;
  /** What it shows, in one sentence: for whoever does not see it. */
  summary: string;
  days: readonly Day[];
  /** Stacked, the first one lowest. */
  series: readonly Series<Day>[];
  shape?: 'bars' | 'area';
}

/** The width of a day, and the height of the whole, in units of the drawing. */
const WIDTH = 10;
const HEIGHT = 100;

/** A number for each day, drawn; and as a table, for whoever would rather read. */
export function DayChart<Day extends { day: string }>({
  title,
  summary,
  days,
  series,
  shape = 'bars',
}: DayChartProps<Day>) {
  const totals = days.map((day) => series.reduce((sum, { value }) => sum + value(day), 0));
  const top = axisTop(Math.max(...totals));
  const height = (value: number) => (value / top) * HEIGHT;
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <Text fw={600} size="sm">
          {title}
        </Text>
        {series.length > 1 && (
          <ul className={classes.legend}>
            {series.map(({ label, colour }) => (
              <li key={label}>
                <span className={classes.dot} style={{ background: `var(${colour})` }} />
                {label}
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      <div className={classes.plot}>
        <div className={classes.axis} aria-hidden>
          <span>{formatNumber(top)}</span>
          <span>{formatNumber(top / 2)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${days.length * WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={summary}
          className={classes.drawing}
        >
          {shape === 'area' && series[0] && (
            <polygon
              points={areaPoints(days.map(series[0].value), height)}
              fill={`var(${series[0].colour})`}
            />
          )}
          {days.map((day, index) => {
            let below = 0;
            return (
              <g key={day.day}>
                {shape === 'bars' &&
                  series.map(({ label, colour, value }) => {
                    const tall = height(value(day));
                    below += tall;
                    return (
                      <rect
                        key={label}
                        x={index * WIDTH + 1}
                        y={HEIGHT - below}
                        width={WIDTH - 2}
                        height={tall}
                        fill={`var(${colour})`}
                      />
                    );
                  })}
                <rect x={index * WIDTH} width={WIDTH} height={HEIGHT} className={classes.day}>
                  <title>{dayWords(day, series)}</title>
                </rect>
              </g>
            );
          })}
        </svg>
      </div>
      <div className={classes.ends} aria-hidden>
        <span>{dayLabel(days[0]!.day)}</span>
        <span>{dayLabel(days.at(-1)!.day)}</span>
      </div>
      <details className={classes.details}>
        <summary>Show as a table</summary>
        <div className={classes.table} tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <Table verticalSpacing={4} horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Day</Table.Th>
                {series.map(({ label }) => (
                  <Table.Th key={label} ta="right">
                    {label}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {days.toReversed().map((day) => (
                <Table.Tr key={day.day}>
                  <Table.Td>{dayLabel(day.day)}</Table.Td>
                  {series.map(({ label, value }) => (
                    <Table.Td key={label} ta="right">
                      {formatNumber(value(day))}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </details>
    </figure>
  );
}

function areaPoints(values: number[], height: (value: number) => number): string {
  const line = values.flatMap((value, index) => {
    const y = HEIGHT - height(value);
    return [`${index * WIDTH},${y}`, `${(index + 1) * WIDTH},${y}`];
  });
  return [`0,${HEIGHT}`, ...line, `${values.length * WIDTH},${HEIGHT}`].join(' ');
}

function dayWords<Day extends { day: string }>(day: Day, series: readonly Series<Day>[]): string {
  const counts = series.map(({ label, value }) => `${label}: ${formatNumber(value(day))}`);
  return [dayLabel(day.day), ...counts].join('\n');
}
