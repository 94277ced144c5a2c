import { Inject, Injectable } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { uuidv7Bound } from '@waypost/kernel';
import { forget } from '@waypost/lanes';
import { Database } from '@waypost/persistence';
import { PeriodicSweep } from '@waypost/platform';

const BATCH = 1_000;
/** Messages take up a file for ten minutes after it was first named; the rest is for slow transactions and clocks that differ. */
const USED_MS = 20 * 60_000;

/** Deletes the lanes of files that no message will wait for any more. */
@Injectable()
export class FetchLaneSweep extends PeriodicSweep {
  constructor(@Inject(Database) private readonly database: Database) {
    super('fetch lanes');
  }

  /** A file's id tells when it was named. */
  protected batch(): Promise<number> {
    return forget(this.database.pool, laneKinds.fetch, uuidv7Bound(Date.now() - USED_MS), BATCH);
  }
}
