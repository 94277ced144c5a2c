/** No connection, or one that broke. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATEs of a server that cannot work now but will: connection exceptions (08), too many connections (53300), cancelled by the
 * statement timeout (57014), shutting down or starting (57P0x), demoted to a replica (25006), deadlock and serialization failures (40).
 */
const PASSING_STATES = /^(08...|40...|53300|57014|57P0[1-5]|25006)$/;

/** What `pg` says without any code. */
const PASSING_MESSAGES =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable|connection error/i;

/** True when a statement failed because Postgres cannot be reached or used at the moment: the same call may work later. */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return SOCKET_CODES.has(code) || PASSING_STATES.test(code);
  return typeof message === 'string' && PASSING_MESSAGES.test(message);
}
