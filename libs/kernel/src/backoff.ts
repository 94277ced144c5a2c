/** A source of random numbers in [0, 1), injectable for tests. */
export type Random = () => number;

/** Full-jitter exponential back-off: uniform in [0, min(cap, base · 2^attempt)] milliseconds. `attempt` counts from 0. */
export function fullJitter(
  attempt: number,
  baseMs: number,
  capMs: number,
  random: Random = Math.random,
): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}

/** A step of a schedule, its last step for ever, spread by ± `spread` (0.2 = 20 %). `attempt` counts from 0. */
export function scheduledDelay(
  scheduleMs: readonly number[],
  attempt: number,
  spread: number,
  random: Random = Math.random,
): number {
  const step = scheduleMs[Math.min(attempt, scheduleMs.length - 1)] ?? 0;
  return Math.round(step * (1 + spread * (2 * random() - 1)));
}

/** Uniform in [min, max]. */
export function uniform(min: number, max: number, random: Random = Math.random): number {
  return Math.round(min + (max - min) * random());
}
