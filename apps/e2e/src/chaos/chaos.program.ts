import { parseArgs } from 'node:util';
import { runChaos } from './chaos.js';
import { describeRun } from './describe-run.js';

const USAGE = 'Usage: npm run chaos -- [--seed N] [--rounds N] [--accounts N] [--minutes N]';

const number = (text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
};

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string' },
    accounts: { type: 'string' },
    minutes: { type: 'string' },
  },
});
const seed = number(values.seed, 1 + Math.floor(Math.random() * 1_000_000));
const interrupted = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
  process.on(event, () => interrupted.abort(new Error('interrupted')));
}
process.channel?.unref();
const report = await runChaos({
  seed,
  rounds: number(values.rounds, 100),
  accounts: number(values.accounts, 20),
  contacts: 6,
  withinMs: number(values.minutes, 22) * 60_000,
  leaseTtlMs: 3_000,
  perSecond: 6,
  signal: interrupted.signal,
  log: (line) => process.stderr.write(`${line}\n`),
});
const { text, well } = describeRun(report, seed);
process.stdout.write(text);
process.exitCode = well ? 0 : 1;
