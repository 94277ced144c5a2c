const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Requests by this method change nothing. */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}
