import { laneKinds } from '@waypost/contracts';
import { remove } from '@waypost/lanes';
import { failAndRefund, inTransaction, lockBalances } from '@waypost/persistence';
import type { Pool } from 'pg';
import { failure } from '../sending/message-outcome.js';

const BATCH = 500;

/**
 * Fails and refunds messages that wait, and takes them out of their accounts' lanes.
 *
 * @param find SQL that finds them, with the kind of lane as $1 and how many at most as $2: `id`, `"workspaceId"` and `"accountId"`
 * @param from the states that fail; default: all of messages that wait
 */
export function failWaiting(
  pool: Pool,
  find: string,
  code: string,
  from?: Parameters<typeof failAndRefund>[2],
): Promise<{ count: number; credits: number }> {
  return inTransaction(pool, async (tx) => {
    const { rows } = await tx.query(find, [laneKinds.send, BATCH]);
    const failures = rows.map((row) => failure(row, code));
    await lockBalances(
      tx,
      failures.map(({ workspaceId }) => workspaceId),
    );
    const credits = await failAndRefund(tx, failures, from);
    await remove(
      tx,
      laneKinds.send,
      rows.map(({ accountId }) => accountId),
      rows.map(({ id }) => id),
    );
    return { count: rows.length, credits };
  });
}
