const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps of a distance in time, from the largest: from how many milliseconds on it is told, in which unit. */
const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [365 * DAY, 'year'],
  [30 * DAY, 'month'],
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
];

/** "2 minutes ago", "in 3 hours"; within a minute "just now" or "in a moment". */
export function relativeTime(at: Date, now: Date, locale?: string): string {
  const distance = at.getTime() - now.getTime();
  const step = STEPS.find(([from]) => Math.abs(distance) >= from);
  if (!step) return distance <= 0 ? 'just now' : 'in a moment';
  const [length, unit] = step;
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(distance / length), unit);
}

/** Date and time to the second, with the zone: for tooltips and logs. */
export function exactTime(at: Date, locale?: string): string {
  return at.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'long' });
}

/** "14:05" */
export function clockTime(at: Date, locale?: string): string {
  return at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}

/** "Today", "Yesterday", "Monday" within a week, else the date: what separates the days of a chat. */
export function dayName(at: Date, now: Date, locale?: string): string {
  const days = calendarDays(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days > 1 && days < 7) return at.toLocaleDateString(locale, { weekday: 'long' });
  const sameYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString(locale, {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

/** The time within today, else the day: what stands beside a chat in the list. */
export function shortTime(at: Date, now: Date, locale?: string): string {
  const days = calendarDays(at, now);
  if (days === 0) return clockTime(at, locale);
  if (days === 1) return 'Yesterday';
  if (days > 1 && days < 7) return at.toLocaleDateString(locale, { weekday: 'short' });
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'short', year: '2-digit' });
}

/** "12 s", "3 min", "2 h 5 min": how long until something happens; "now" when it is due. */
export function countdown(until: Date, now: Date): string {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1_000);
  if (seconds <= 0) return 'now';
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Midnights of the viewer's zone between the two. */
function calendarDays(at: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(at)) / DAY);
}
