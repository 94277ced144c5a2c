import type { ChaosReport } from './chaos.js';
import { lengthOf, outagesOf } from './outages.js';

const SENTENCES_SHOWN = 10;

/** The figures of a run, and whether every promise was kept. */
export function describeRun(report: ChaosReport, seed: number): { text: string; well: boolean } {
  const { rounds, findings, crashes, asked, written, journal } = report;
  const promises = [
    ...findings,
    { promise: 'no service ended by itself', broken: crashes },
    {
      promise: 'every account came back after each mishap',
      broken: rounds.filter(({ recoveredMs }) => recoveredMs === undefined).map(({ mishap }) => mishap),
    },
  ];
  const well = promises.every(({ broken }) => broken.length === 0);
  const lines = [
    `seed ${seed}: ${rounds.length} rounds, ${asked} messages asked for, ${written} to be recorded`,
    ...recoveries(report),
    `accounts were offline ${describeTimes(outagesOf(journal).map(lengthOf))}`,
    `messages that came again: ${journal.filter(({ kind, attempt = 1 }) => kind === 'message_sent' && attempt > 1).length};` +
      ` retry receipts: ${journal.filter(({ kind, type }) => kind === 'receipt_from_device' && type === 'retry').length} of devices,` +
      ` ${journal.filter(({ kind, shown }) => kind === 'message_unreadable' && !shown).length} of phones`,
    ...promises.flatMap(({ promise, broken }) => [
      `${broken.length === 0 ? 'ok     ' : 'BROKEN '} ${promise}${broken.length === 0 ? '' : `: ${broken.length} times not`}`,
      ...broken.slice(0, SENTENCES_SHOWN).map((sentence) => `          ${sentence}`),
    ]),
  ];
  return { text: `${lines.join('\n')}\n`, well };
}

/** For each kind of mishap how long it took from its begin until all accounts were ready. */
function recoveries({ rounds }: ChaosReport): string[] {
  const names = [...new Set(rounds.map(({ mishap }) => mishap))].sort();
  return names.map((name) => {
    const times = rounds
      .filter(({ mishap }) => mishap === name)
      .map(({ recoveredMs }) => recoveredMs ?? Infinity);
    return `${name}: ${describeTimes(times)}`;
  });
}

function describeTimes(times: number[]): string {
  if (times.length === 0) return 'never';
  const sorted = [...times].sort((one, other) => one - other);
  const seconds = (ms: number) => (ms === Infinity ? 'for ever' : `${(ms / 1_000).toFixed(1)} s`);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return `${sorted.length} times, p50 ${seconds(middle)}, longest ${seconds(sorted.at(-1)!)}`;
}
