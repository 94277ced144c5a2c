/**
 * Lanes: paced, ordered, fenced queues on Postgres.
 *
 * A lane is named by its kind, key and slot. Items leave it in the order in which they came, one at a time. A worker claims
 * the lane under a lease, works its head item with no transaction open, and settles: the item is done, or stays for a retry, and the
 * lane is due again after its pace. The lease of a worker that died runs out, and the head is claimed again: work is done at least once.
 * All times are the database's.
 *
 * Put work in: `enqueue`, `setOpen`, `hasten`, `move`, `remove`, `forget`. Take work out: `LaneWorker`. Look on: `countItems`. The tables: persistence's lanes migration.
 */
export { claim, type Claim, type Claims } from './claim.js';
export { countItems } from './count-items.js';
export { enqueue, type LaneName, type NewItem } from './enqueue.js';
export { forget } from './forget.js';
export { hasten } from './hasten.js';
export { LaneWorker, type LaneWorkerHooks, type LaneWorkerOptions } from './lane-worker.js';
export { move, type Move, type Moved } from './move.js';
export { remove } from './remove.js';
export { setOpen } from './set-open.js';
export { settle, type Outcome, type Settled, type Settlement } from './settle.js';
export type { LostReason, SettleTransaction } from './settle-queue.js';
export type { Sql } from './sql.js';
