/* eslint-disable no-console -- this file exists to replace the console's methods */

/**
 * libsignal prints whole sessions, private keys included, with `console.info` and friends. Nothing in this process has to use the
 * console (logs go through pino to stdout), so its methods are emptied.
 */
export function silenceLibsignal(): void {
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    console[method] = () => undefined;
}
