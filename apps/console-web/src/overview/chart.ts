/** What one colour of a chart stands for. */
export interface Series<Day> {
  label: string;
  /** A custom property of the theme. */
  colour: string;
  value(day: Day): number;
}

/** The round number at the top of an axis that reaches `largest`: 1, 2 or 5 with zeros behind it. */
export function axisTop(largest: number): number {
  if (largest <= 1) return 1;
  const unit = 10 ** Math.floor(Math.log10(largest));
  return [1, 2, 5, 10].map((step) => step * unit).find((top) => top >= largest)!;
}

/** "Mon 24 Nov" of a day like "2026-11-24", in no zone but its own. */
export function dayLabel(day: string, locale?: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });
}

/** "97 %" of what has an outcome; undefined when nothing has. */
export function successShare(
  { delivered, failed }: { delivered: number; failed: number },
  locale?: string,
): string | undefined {
  if (delivered + failed === 0) return undefined;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(
    delivered / (delivered + failed),
  );
}

/** How long credits last when they are used as over these days; undefined when none were used. */
export function daysLeft(days: readonly { used: number; left: number }[]): number | undefined {
  const used = days.reduce((sum, day) => sum + day.used, 0);
  if (used === 0) return undefined;
  return Math.floor(days.at(-1)!.left / (used / days.length));
}
