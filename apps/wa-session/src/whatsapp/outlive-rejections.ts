import { describeError } from '../sessions/describe-error.js';

/**
 * Baileys leaves promises of its own without a catch. Node would end the process, and with it the sessions of every other account; the
 * connection concerned notices by itself that something did not happen.
 */
export function outliveRejections(log: (error: string) => void): void {
  process.on('unhandledRejection', (error) => log(describeError(error)));
}
