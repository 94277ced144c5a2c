const DAY_MS = 86_400_000;

/** The last `count` days of a zone, today the last, as "2026-11-24"; oldest first. */
export function lastDays(now: Date, timeZone: string, count: number): string[] {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(now);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value);
  const today = Date.UTC(part('year'), part('month') - 1, part('day'));
  return Array.from({ length: count }, (_, index) =>
    new Date(today - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}
