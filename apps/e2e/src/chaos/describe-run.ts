import type { ChaosRun } from './chaos-run.js';
import { lengthOf, outagesOf } from './outages.js';
import type { Finding } from './verdict.js';

const SENTENCES_SHOWN = 10;
/** Longest that an account may be offline when its pod is stopped cleanly. */
const CLEAN_STOP_MS = 5_000;
/** Longest until every account is connected again after its pod was killed, beyond the lease. */
const TAKEOVER_MS = 10_000;

/** The figures of a run, and whether every promise was kept. */
export function describeRun(
  run: ChaosRun,
  findings: Finding[],
  { seed, leaseTtlMs }: { seed: number; leaseTtlMs: number },
): { text: string; well: boolean } {
  const { rounds, crashes, outgoing, incoming } = run;
  const { entries } = run.journal;
  const outages = outagesInRounds(run);
  const promises = [
    ...findings,
    { promise: 'no service ended by itself', broken: crashes },
    {
      promise: 'every account came back after each mishap',
      broken: rounds.filter(({ recoveredMs }) => recoveredMs === undefined).map(({ mishap }) => mishap),
    },
    {
      promise: `a clean stop or a rolling restart takes no account offline for more than ${CLEAN_STOP_MS / 1_000} s`,
      broken: ['pod stopped', 'rolling restart'].flatMap((name) => tooLong(outages.get(name), CLEAN_STOP_MS)),
    },
    {
      promise: `every account of a killed pod is back within the lease and ${TAKEOVER_MS / 1_000} s`,
      broken: ['pod killed', 'pod killed, stays away'].flatMap((name) =>
        tooLong(outages.get(name), leaseTtlMs + TAKEOVER_MS),
      ),
    },
  ];
  const again = entries.filter(({ kind, attempt = 1 }) => kind === 'message_sent' && attempt > 1);
  const retries = entries.filter(({ kind, type }) => kind === 'receipt_from_device' && type === 'retry');
  const unreadable = entries.filter(({ kind, shown }) => kind === 'message_unreadable' && !shown);
  const lines = [
    `seed ${seed}: ${rounds.length} rounds, ${outgoing.asked.length} messages asked for, ${incoming.written.length} to be recorded`,
    `messages that came again: ${again.length}; retry receipts: ${retries.length} of devices, ${unreadable.length} of phones`,
    'offline, for each account that a mishap took offline:',
    ...[...outages].sort().map(([name, times]) => `  ${name}: ${describeTimes(times)}`),
    ...promises.flatMap(({ promise, broken }) => [
      `${broken.length === 0 ? 'ok     ' : 'BROKEN '} ${promise}${broken.length === 0 ? '' : `: ${broken.length} times not`}`,
      ...broken.slice(0, SENTENCES_SHOWN).map((sentence) => `          ${sentence}`),
    ]),
  ];
  return { text: `${lines.join('\n')}\n`, well: promises.every(({ broken }) => broken.length === 0) };
}

/** How long accounts were offline, in milliseconds, by the mishap in whose round that began. */
function outagesInRounds({ rounds, journal }: ChaosRun): Map<string, number[]> {
  const byMishap = new Map<string, number[]>();
  for (const outage of outagesOf(journal.entries)) {
    const round = rounds.findLast(({ began }) => began <= outage.from);
    if (round) byMishap.set(round.mishap, [...(byMishap.get(round.mishap) ?? []), lengthOf(outage)]);
  }
  return byMishap;
}

function tooLong(times: number[] = [], mostMs: number): string[] {
  return times.filter((time) => time > mostMs).map((time) => `${(time / 1_000).toFixed(1)} s`);
}

function describeTimes(times: number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const seconds = (ms: number) => (ms === Infinity ? 'to the end' : `${(ms / 1_000).toFixed(1)} s`);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return `${sorted.length} times, p50 ${seconds(middle)}, longest ${seconds(sorted.at(-1)!)}`;
}
