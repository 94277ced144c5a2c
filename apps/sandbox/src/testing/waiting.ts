import { eventually as tryUntil, type EventuallyOptions } from '@waypost/testkit';

/** As the testkit's, with more patience: linking costs a second of arithmetic, several on a busy machine. */
export function eventually<Value>(
  check: () => Value | Promise<Value>,
  options?: EventuallyOptions,
): Promise<NonNullable<Value>> {
  return tryUntil(check, { withinMs: 20_000, ...options });
}

/** Waits until something is there. */
export async function found<Value>(find: () => Value | undefined): Promise<Value> {
  return (await eventually(() => find() ?? false)) as Value;
}
