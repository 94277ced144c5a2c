import { resolve } from 'node:path';
import { HIGHEST_OFFSET } from './processes/ports.js';
import { StandaloneProblem } from './standalone-problem.js';

/** One environment variable of the launcher, as `docs/configuration.md` shows it. */
export interface StandaloneSetting {
  key: string;
  describe: string;
  secret?: boolean;
  default?: string;
}

/** What the launcher itself reads; every other variable is passed on to the services. */
export const standaloneSettings = [
  {
    key: 'STANDALONE_PORT_BASE',
    default: '3000',
    describe:
      'First of the ports: console +0, ingress +1, dispatcher +2, wa-session +3, egress +4, sandbox +5, Postgres +10, NATS +11.',
  },
  {
    key: 'STANDALONE_DATA_DIR',
    default: '.data',
    describe: 'Folder that keeps everything between two starts; relative to the project.',
  },
  {
    key: 'DATABASE_URL',
    secret: true,
    describe:
      'An empty Postgres database of yours, as postgres://user:password@host:port/database, instead of the embedded server.',
  },
  {
    key: 'NATS_URL',
    secret: true,
    describe: 'A NATS server of yours, as nats://host:port, instead of one that the launcher starts.',
  },
] as const satisfies readonly StandaloneSetting[];

type Key = (typeof standaloneSettings)[number]['key'];

export interface StandaloneConfig {
  portBase: number;
  /** Absolute. */
  dataDir: string;
  /** Absent: the embedded server. */
  databaseUrl?: string;
  /** Absent: a server that the launcher starts. */
  natsUrl?: string;
  /** Forget what the data folder holds. */
  fresh: boolean;
}

const USAGE =
  'Usage: npm start [-- --fresh]\n  --fresh  begin anew: forget everything in the data folder\nSettings: docs/configuration.md';
const LAST_PORT = 65_535;

/**
 * @param args the command line after the program
 * @param root the folder of the project
 * @throws StandaloneProblem that names every key that is wrong
 */
export function readStandaloneConfig(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  root: string,
): StandaloneConfig {
  const unknown = args.filter((arg) => arg !== '--fresh');
  if (unknown.length > 0) throw new StandaloneProblem(`Unknown: ${unknown.join(' ')}\n${USAGE}`);

  const value = (key: Key): string | undefined => {
    const setting: StandaloneSetting = standaloneSettings.find((one) => one.key === key)!;
    return env[key]?.trim() || setting.default;
  };
  const portBase = Number(value('STANDALONE_PORT_BASE'));
  const databaseUrl = value('DATABASE_URL');
  const natsUrl = value('NATS_URL');

  const problems: string[] = [];
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > LAST_PORT - HIGHEST_OFFSET) {
    problems.push(
      `STANDALONE_PORT_BASE must be a whole number from 1 to ${LAST_PORT - HIGHEST_OFFSET} (got "${value('STANDALONE_PORT_BASE')}")`,
    );
  }
  if (databaseUrl && !/^postgres(ql)?:\/\/[^/]+\/[^/?]+/.test(databaseUrl)) {
    problems.push('DATABASE_URL must look like postgres://user:password@host:port/database');
  }
  if (natsUrl && !/^(nats|tls):\/\/.+/.test(natsUrl))
    problems.push('NATS_URL must look like nats://host:port');
  if (databaseUrl && args.includes('--fresh')) {
    problems.push(
      '--fresh empties the data folder, not the database of DATABASE_URL: set STANDALONE_DATA_DIR and DATABASE_URL to empty ones instead',
    );
  }
  if (problems.length > 0) {
    throw new StandaloneProblem(
      `The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
  return {
    portBase,
    dataDir: resolve(root, value('STANDALONE_DATA_DIR')!),
    databaseUrl,
    natsUrl,
    fresh: args.includes('--fresh'),
  };
}
