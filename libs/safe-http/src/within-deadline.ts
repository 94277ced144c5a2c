import { ConnectFailure } from './connect-failure.js';
import { classify, type HttpError } from './http-error.js';

/**
 * Runs one request, all its hops included, and adds how long it took.
 *
 * @returns an error in place of what `work` threw because of the URL, the network or the server
 */
export async function withinDeadline<T extends object>(
  totalMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<(T & { durationMs: number }) | HttpError> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new ConnectFailure('timeout', `no complete answer within ${totalMs} ms`)),
    totalMs,
  );
  try {
    return { ...(await work(deadline.signal)), durationMs: durationMs() };
  } catch (error) {
    return { kind: 'error', ...classify(error), durationMs: durationMs() };
  } finally {
    clearTimeout(timer);
  }
}
