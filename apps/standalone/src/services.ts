import { join } from 'node:path';
import { systemClock } from '@waypost/kernel';
import { BoundedLog } from './processes/bounded-log.js';
import { KeptRunning, type Watch } from './processes/kept-running.js';
import { httpUrlOf, SERVICES, type ServiceName } from './processes/ports.js';
import { waitUntilReady } from './processes/readiness.js';
import { serviceEnvironment, type Surroundings } from './processes/service-environment.js';
import { ServiceProcess } from './processes/service-process.js';

/** What the platform of every service exits with when its configuration is wrong: another try would not help. */
const CONFIGURATION_EXIT = 'exit code 78';
const MOST_DEATHS_AT_START = 3;

export interface ServicesOptions {
  /** The folder of the project. */
  root: string;
  logsDir: string;
  portBase: number;
  surroundings: Surroundings;
  /** What the launcher was given; handed on. */
  environment: NodeJS.ProcessEnv;
}

/** The services of the product, each a process of its own that is kept running. */
export class Services {
  readonly running: readonly KeptRunning[];
  private readonly logs = new Map<string, BoundedLog>();

  constructor(
    private readonly options: ServicesOptions,
    watch: Watch,
  ) {
    this.running = SERVICES.map((name) => this.keep(name, watch));
  }

  /**
   * Starts all and returns when each of them is ready.
   *
   * @throws StandaloneProblem when one cannot be started
   */
  async start(signal: AbortSignal): Promise<void> {
    await Promise.all(this.running.map((service) => service.start()));
    await Promise.all(
      SERVICES.map((name, index) =>
        waitUntilReady(
          {
            name,
            url: httpUrlOf(name, this.options.portBase),
            hopeless: () => this.hopeless(this.running[index]!),
          },
          signal,
        ),
      ),
    );
  }

  private keep(name: ServiceName, watch: Watch): KeptRunning<ServiceProcess> {
    const { root, logsDir, surroundings, environment } = this.options;
    const log = new BoundedLog(join(logsDir, `${name}.log`));
    this.logs.set(name, log);
    const command = {
      main: join(root, 'apps', name, 'dist', 'main.js'),
      env: serviceEnvironment(name, this.options.portBase, surroundings, environment),
    };
    return new KeptRunning(name, (died) => new ServiceProcess(command, log, died), watch, systemClock);
  }

  private hopeless({ name, deaths, lastDeath }: KeptRunning): string | undefined {
    if (deaths < MOST_DEATHS_AT_START && lastDeath !== CONFIGURATION_EXIT) return undefined;
    const log = this.logs.get(name)!;
    return `${name} does not start (${lastDeath}). Its last words, from ${log.path}:\n${log.lastWords}`;
  }
}
