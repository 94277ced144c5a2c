import { join } from 'node:path';
import { systemClock } from '@waypost/kernel';
import { LocalNats, LocalPostgres } from '@waypost/local-servers';
import { migrate } from '@waypost/persistence';
import type { DataFolder } from './data-folder/data-folder.js';
import { KeptRunning, type Watch } from './processes/kept-running.js';
import { PORT_SETTING, portOf } from './processes/ports.js';
import type { StandaloneConfig } from './standalone.config.js';
import { StandaloneProblem } from './standalone-problem.js';

const DATABASE = 'waypost';

/** Postgres and NATS: servers of ours that are kept running, or those that somebody gave us. */
export class LocalServers {
  /** Those of ours, in the order in which they stop. */
  readonly running: readonly KeptRunning[];
  private readonly postgres?: KeptRunning<LocalPostgres>;
  private readonly nats?: KeptRunning<LocalNats>;

  constructor(
    private readonly config: StandaloneConfig,
    folder: DataFolder,
    root: string,
    watch: Watch,
  ) {
    const { portBase } = config;
    if (!config.natsUrl) {
      const options = {
        cacheDir: join(root, '.cache'),
        port: portOf('nats', portBase),
        portSetting: PORT_SETTING,
        pidFile: folder.natsPidFile,
      };
      this.nats = new KeptRunning(
        'nats',
        (died) => new LocalNats({ ...options, onUnexpectedExit: died }),
        watch,
        systemClock,
      );
    }
    if (!config.databaseUrl) {
      const options = {
        dataDir: folder.postgresDir,
        port: portOf('postgres', portBase),
        portSetting: PORT_SETTING,
        password: folder.secrets.databasePassword,
      };
      this.postgres = new KeptRunning(
        'postgres',
        (died) => new LocalPostgres({ ...options, onUnexpectedExit: died }),
        watch,
        systemClock,
      );
    }
    this.running = [this.nats, this.postgres].filter((one) => one !== undefined);
  }

  /**
   * Starts what is ours and brings the database to the current schema.
   *
   * @throws LocalServerError, StandaloneProblem
   */
  async start(): Promise<{ databaseUrl: string; natsUrl: string }> {
    await Promise.all(this.running.map((server) => server.start()));
    await this.postgres?.part.createDatabase(DATABASE);
    const databaseUrl = this.config.databaseUrl ?? this.postgres!.part.url(DATABASE);
    await migrate(databaseUrl).catch((error: unknown) => {
      if (!this.config.databaseUrl) throw error;
      throw new StandaloneProblem(`The database of DATABASE_URL cannot be used: ${reasonOf(error)}`);
    });
    return { databaseUrl, natsUrl: this.config.natsUrl ?? this.nats!.part.url };
  }
}

/** Several addresses of one host fail with an error of errors, which has no words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
