import { IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, Min } from 'class-validator';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Setting } from './setting.js';

const START = randomBytes(4).toString('hex');

/** What every service reads, whatever it does. */
export class ServiceConfig {
  @Setting({ key: 'HOST', describe: 'Address to listen on; 0.0.0.0 in a container.' })
  @IsString()
  host: string = '127.0.0.1';

  @Setting({
    key: 'PORT',
    describe: 'Port for HTTP: the service itself, /health/live, /health/ready and /metrics.',
  })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 3000;

  @Setting({ key: 'LOG_LEVEL', describe: 'Least severe log line to write.' })
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel: string = 'info';

  @Setting({
    key: 'POD_NAME',
    describe: 'Name of this instance, unique among its kind; letters, digits, dashes.',
    defaultInWords: 'the host name',
  })
  @Matches(/^[A-Za-z0-9-]{1,100}$/)
  podName: string = hostname().replace(/[^A-Za-z0-9-]/g, '-');

  /**
   * This very process: unique among all that run under the pod's name, one after the other or, by mistake, at the same time. Pod names have no
   * underscore, so what stands before it is the pod.
   */
  get processName(): string {
    return `${this.podName}_${START}`;
  }

  @Setting({
    key: 'SHUTDOWN_TIMEOUT_MS',
    describe: 'Longest a clean stop may take, in milliseconds, before the process ends anyway.',
  })
  @IsInt()
  @Min(0)
  shutdownTimeoutMs: number = 20_000;
}

/** What a service reads that works on Postgres and talks over NATS. */
export class ClusterServiceConfig extends ServiceConfig {
  @Setting({
    key: 'DATABASE_URL',
    secret: true,
    describe: 'Postgres, as postgres://user:password@host:port/database.',
  })
  @Matches(/^postgres(ql)?:\/\/.+/)
  databaseUrl!: string;

  @Setting({ key: 'DATABASE_POOL_SIZE', describe: 'Most connections to Postgres that this process opens.' })
  @IsInt()
  @Min(2)
  databasePoolSize: number = 10;

  @Setting({
    key: 'NATS_URL',
    secret: true,
    describe:
      'NATS, as nats://host:port; several servers separated by commas are not supported, use one name for all.',
  })
  @IsString()
  @IsNotEmpty()
  natsUrl!: string;
}
