/** Data (22), constraints (23), limits of the program (54). */
const UNSTORABLE = /^(22|23|54)/;

/** True when Postgres refused what a statement brings: trying again helps nobody. */
export function isUnstorable(error: unknown): error is Error & { code: string } {
  const code = (error as { code?: unknown } | undefined)?.code;
  return error instanceof Error && typeof code === 'string' && UNSTORABLE.test(code);
}
