import { Tooltip } from '@mantine/core';
import { countdown, exactTime, relativeTime } from './times.js';
import { useNow } from './use-now.js';

/** How long ago, and exactly when for whoever points at it. */
export function Ago({ at }: { at: string }) {
  const date = new Date(at);
  const now = useNow(20_000);
  return (
    <Tooltip label={exactTime(date)}>
      <time dateTime={at}>{relativeTime(date, now)}</time>
    </Tooltip>
  );
}

/** Both how long ago and exactly when, for logs. */
export function ExactTime({ at }: { at: string }) {
  const date = new Date(at);
  const now = useNow(20_000);
  return (
    <time dateTime={at}>
      {relativeTime(date, now)} ·{' '}
      {date.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })}
    </time>
  );
}

/** The seconds that run down. */
export function Countdown({ until }: { until: string }) {
  const now = useNow(1_000);
  return <time dateTime={until}>{countdown(new Date(until), now)}</time>;
}
