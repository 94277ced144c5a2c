import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChaosRun } from './chaos-run.js';
import { describeRun } from './describe-run.js';
import { mishapAtRandom } from './mishaps.js';

const USAGE = 'Usage: npm run chaos -- [--seed N] [--rounds N] [--accounts N] [--minutes N] [--journal FILE]';
const LEASE_TTL_MS = 3_000;
/** How long to wait for anything to change before what is open counts as lost. */
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string' },
    accounts: { type: 'string' },
    minutes: { type: 'string' },
    journal: { type: 'string' },
  },
});
const seed = number(values.seed, 1 + Math.floor(Math.random() * 1_000_000));
const rounds = number(values.rounds, 100);
const accounts = number(values.accounts, 20);
const minutes = number(values.minutes, 20);

const INTERRUPTED = 130;
const ending = new AbortController();
const { signal } = ending;
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => ending.abort());
process.channel?.unref();

const options = { seed, accounts, contacts: 6, leaseTtlMs: LEASE_TTL_MS, perSecond: 6, signal };
const run = await ChaosRun.start(options).catch((error: unknown) => {
  if (!signal.aborted) throw error;
  process.exit(INTERRUPTED);
});
try {
  say(`seed ${seed}: ${accounts} accounts are connected`);
  const deadline = performance.now() + minutes * 60_000;
  while (run.rounds.length < rounds && performance.now() < deadline && !signal.aborted) {
    const { mishap, recoveredMs } = await run.suffer(mishapAtRandom(run.random));
    const outcome =
      recoveredMs === undefined
        ? 'NOT recovered'
        : `all accounts ready after ${(recoveredMs / 1_000).toFixed(1)} s`;
    say(`round ${run.rounds.length}: ${mishap}, ${outcome}`);
    await wait(run.random.between(500, 2_000), undefined, { signal }).catch(() => undefined);
  }
  say('no more mishaps; waiting until everything has arrived');
  const findings = await run.settle(signal.aborted ? 0 : PATIENCE_MS);
  const { text, well } = describeRun(run, findings, { seed, leaseTtlMs: LEASE_TTL_MS });
  process.stdout.write(text);
  const missed = rounds - run.rounds.length;
  if (missed > 0 && !signal.aborted)
    say(
      `${missed} of ${rounds} rounds did not begin within ${minutes} minutes: give more --minutes, or ask for fewer --rounds`,
    );
  process.exitCode = signal.aborted ? INTERRUPTED : well && missed === 0 ? 0 : 1;
} finally {
  if (values.journal) await writeFile(values.journal, linesOf(run.journal.entries));
  await run.stop();
}

function number(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

function linesOf(entries: object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
