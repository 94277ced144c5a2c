import { setTimeout as wait } from 'node:timers/promises';
import { StandaloneProblem } from '../standalone-problem.js';

const READY_WITHIN_MS = 90_000;
const ASK_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 3_000;

export interface Awaited {
  name: string;
  url: string;
  /** Why it will never become ready, as soon as that is known. */
  hopeless: () => string | undefined;
}

/**
 * Returns when the service answers 200 at /health/ready.
 *
 * @throws StandaloneProblem when that does not happen in time, or is known not to happen
 */
export async function waitUntilReady({ name, url, hopeless }: Awaited, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  let last = 'it does not answer';
  while (performance.now() < deadline) {
    const reason = hopeless();
    if (reason !== undefined) throw new StandaloneProblem(reason);
    const problem = await readinessProblem(url, signal);
    signal.throwIfAborted();
    if (problem === undefined) return;
    last = problem;
    await wait(ASK_EVERY_MS, undefined, { signal });
  }
  throw new StandaloneProblem(`${name} was not ready within ${READY_WITHIN_MS / 1_000} s: ${last}.`);
}

async function readinessProblem(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    const body = await response.text();
    return response.ok ? undefined : body;
  } catch {
    return 'it does not answer';
  }
}
