import type { Sql } from '@waypost/lanes';
import type { Transaction } from '@waypost/persistence';

/** A transaction as `@waypost/lanes` takes it. */
export function sqlOf(tx: Transaction): Sql {
  return { query: async (text, values) => ({ rows: await tx.query(text, values) }) };
}
