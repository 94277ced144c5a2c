import { freePort, LocalPostgres } from '@waypost/local-servers';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestDatabase } from './test-database.js';

const DATABASE = 'waypost';

/** A Postgres of the test's own, with an empty database, that can be killed and started again. What it committed survives. */
export class OwnPostgres {
  private constructor(
    private readonly server: LocalPostgres,
    private readonly folder: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'waypost-own-postgres-'));
    // The account that Postgres runs under as root must be able to enter it.
    await chmod(folder, 0o755);
    const server = new LocalPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() });
    await server.start();
    await server.createDatabase(DATABASE);
    return new OwnPostgres(server, folder);
  }

  get url(): string {
    return this.server.url(DATABASE);
  }

  /** Its database; dropping that stops and removes the server. */
  database(): TestDatabase {
    const pool = new pg.Pool({ connectionString: this.url });
    // Connections that wait in the pool break when the server is killed.
    pool.on('error', () => undefined);
    return {
      url: this.url,
      pool,
      drop: async () => {
        await pool.end();
        await this.server.stop();
        await rm(this.folder, { recursive: true, force: true });
      },
    };
  }

  /** Ends it as a power cut would, and starts it again on its port. */
  async crashAndRecover(): Promise<void> {
    if (this.server.pid) process.kill(this.server.pid, 'SIGKILL');
    await this.server.stop();
    await this.server.start();
  }
}
