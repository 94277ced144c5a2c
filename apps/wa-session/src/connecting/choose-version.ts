/** What the network said of a version when it was last asked. */
export type Verdict = 'accepted' | 'rejected';

export interface VersionChoice {
  version: string;
  /** Nobody knows whether the network takes it: one account tries it for all. */
  probe: boolean;
  /** No candidate is left that the network has not refused. */
  allRejected: boolean;
}

/**
 * Which version of the client to connect with. The first candidate is trusted until it is refused; those behind it are tried by one
 * account first. When all were refused, they are tried again in turn, seldom.
 *
 * @param candidates in order of preference, at least one
 * @param failedProbes how many tries in a row were refused
 */
export function chooseVersion(
  candidates: readonly string[],
  verdicts: ReadonlyMap<string, Verdict>,
  failedProbes: number,
): VersionChoice {
  const next = candidates.find((version) => verdicts.get(version) !== 'rejected');
  if (next !== undefined) {
    const trusted = next === candidates[0] || verdicts.get(next) === 'accepted';
    return { version: next, probe: !trusted, allRejected: false };
  }
  return { version: candidates[failedProbes % candidates.length]!, probe: true, allRejected: true };
}

const PROBE_PAUSES_MS = [10_000, 60_000, 900_000] as const;

/** How long after the latest try the next one may begin, when all candidates were refused. */
export function probePauseMs(failedProbes: number): number {
  return PROBE_PAUSES_MS[Math.min(failedProbes, PROBE_PAUSES_MS.length - 1)]!;
}
