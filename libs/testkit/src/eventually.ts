import { setTimeout as wait } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 5000. */
  withinMs?: number;
  /** Pause between two tries; default 25. */
  everyMs?: number;
}

/**
 * Tries `check` until it returns something truthy, or returns nothing at all without throwing (so a block of `expect`s
 * works), and returns that. When time is up it fails with the last failure.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 5_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs;
  let failure: unknown;
  do {
    try {
      const value = await check();
      if (value || value === undefined) return value as NonNullable<T>;
      failure = new Error(`the check returned ${String(value)}`);
    } catch (error) {
      failure = error;
    }
    await wait(everyMs);
  } while (performance.now() < deadline);
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new Error(`not within ${withinMs} ms: ${reason}`, { cause: failure });
}
