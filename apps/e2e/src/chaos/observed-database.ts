import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

const TRIES = 100;
const PAUSE_MS = 200;

/** The database as an onlooker sees it, who waits while Postgres is restarted. */
export class ObservedDatabase {
  private readonly pool: pg.Pool;

  constructor(url: string) {
    this.pool = new pg.Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 5_000 });
    // Connections that break while idle: the next query opens another one.
    this.pool.on('error', () => undefined);
  }

  /** @throws what Postgres says about the statement; that it cannot be reached only after 20 seconds */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    for (let tries = 1; ; tries++) {
      try {
        return (await this.pool.query<Row>(text, values)).rows;
      } catch (error) {
        if (isAnswer(error) || tries === TRIES) throw error;
        await wait(PAUSE_MS);
      }
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

/** Classes 57P (it stops, or starts) and 08 are no answers. */
function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(57P|08)/.test(error.code ?? '');
}
