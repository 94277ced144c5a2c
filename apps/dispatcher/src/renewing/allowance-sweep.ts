import { Inject, Injectable } from '@nestjs/common';
import { Database, inTransaction } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';

const BATCH = 200;

/** Renews the allowances of workspaces that send nothing: the others are renewed with the first message of the month. */
@Injectable()
export class AllowanceSweep extends PeriodicSweep {
  constructor(@Inject(Database) private readonly database: Database) {
    super('allowances');
  }

  /** @returns how many workspaces were renewed */
  protected batch(): Promise<number> {
    return inTransaction(this.database.pool, async (tx) => {
      const { rows } = await tx.query<{ id: string }>(
        `select workspace_id as id from credit_balance where allowance_renews_at <= clock_timestamp()
         order by workspace_id limit $1 for no key update`,
        [BATCH],
      );
      if (rows.length > 0) await tx.query('select credit_renew($1::uuid[])', [rows.map(({ id }) => id)]);
      return rows.length;
    });
  }
}
