import { eventually } from '@waypost/testkit';
import pg from 'pg';
import type { Fleet, Pod } from './fleet.js';

const SOON = { withinMs: 30_000 };

/** While it lasts nobody can commit an event: who tries waits in Postgres. */
export class BlockedCommits {
  private constructor(
    private readonly fleet: Fleet,
    private readonly holder: pg.Client,
  ) {}

  static async begin(fleet: Fleet): Promise<BlockedCommits> {
    const holder = new pg.Client({ connectionString: fleet.databaseUrl });
    await holder.connect();
    await holder.query('begin; lock table wa_event in share mode');
    return new BlockedCommits(fleet, holder);
  }

  /** Resolves when a commit of the pod waits. */
  async isMet(pod: Pod): Promise<void> {
    await eventually(async () => {
      const waiting = await this.fleet.database.query(
        `select from pg_locks l join pg_stat_activity a using (pid)
         where a.application_name = $1 and not l.granted and l.relation = 'wa_event'::regclass`,
        [pod],
      );
      return waiting.length > 0;
    }, SOON);
  }

  /** Ends it. What the pod, which is gone, still had in Postgres comes to nothing, as if it had never got there. */
  async endWithout(pod: Pod): Promise<void> {
    try {
      await eventually(async () => {
        const left = await this.fleet.database.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
          [pod],
        );
        return left.length === 0;
      }, SOON);
    } finally {
      await this.holder.end();
    }
  }
}
