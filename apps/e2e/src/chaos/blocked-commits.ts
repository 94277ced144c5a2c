import { eventually } from '@waypost/testkit';
import pg from 'pg';
import type { Pod } from './fleet.js';

const SOON = { withinMs: 30_000 };

/** While it lasts nobody can commit an event: who tries waits in Postgres. */
export class BlockedCommits {
  private constructor(private readonly client: pg.Client) {}

  static async begin(databaseUrl: string): Promise<BlockedCommits> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('begin; lock table wa_event in share mode');
    return new BlockedCommits(client);
  }

  /** Resolves when a commit of the pod waits. */
  async isMet(pod: Pod): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.client.query(
        `select from pg_locks l join pg_stat_activity a using (pid)
         where a.application_name = $1 and not l.granted and l.relation = 'wa_event'::regclass`,
        [pod],
      );
      return rows.length > 0;
    }, SOON);
  }

  /** Ends it. What the pod, which is gone, still had in Postgres comes to nothing, as if it had never got there. */
  async endWithout(pod: Pod): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        [pod],
      );
      return rows.length === 0;
    }, SOON);
    await this.client.end();
  }
}
