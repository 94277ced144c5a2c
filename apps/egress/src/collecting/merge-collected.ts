import type { Move, Sql } from '@waypost/lanes';
import { isFull, MAX_BYTES, MAX_MESSAGES } from './bundle-window.js';
import { laneSlot } from './new-deliveries.js';
import { lockOpenBundles, type Bundle } from './open-bundles.js';

/** What is left to do about collected messages when chats became one, at the end of the transaction, for the locks of lanes. */
export interface MergedCollections {
  /** Deliveries that go to the lane of the chat that stays. */
  moves: Move[];
  /** Bundles that are to be closed, because they do not fit into the one of the chat that stays. */
  full: Bundle[];
  /** True when a bundle has become full. */
  bundlesDue: boolean;
}

interface MergedChats {
  workspaceId: string;
  /** The chat that stays, and the one that became part of it. Bigints, kept as text. */
  into: string;
  from: string;
}

/**
 * What was collected of a chat that became part of another one goes on with that: pending deliveries, and the open bundle. Nothing is
 * collected twice. Bodies that are written stay as they are: the chat ids in them stay valid.
 *
 * @param merged is added to
 */
export async function mergeCollected(tx: Sql, chats: MergedChats, merged: MergedCollections): Promise<void> {
  const { rows: endpoints } = await tx.query('select id from outbound_endpoint where workspace_id = $1', [
    chats.workspaceId,
  ]);
  for (const { id } of endpoints) {
    await leaveOutCopies(tx, id, chats);
    await mergeBundles(tx, id, chats, merged);
    merged.moves.push(...(await takeOverDeliveries(tx, id, chats)));
  }
}

/** Of a message that both chats have, what was collected of the copy is left out, or stands for the one that stays. */
async function leaveOutCopies(tx: Sql, endpointId: string, { into, from }: MergedChats): Promise<void> {
  const { rows: copies } = await tx.query(
    `select copy.id as "copyId", stays.id,
       exists (select from delivery where endpoint_id = $3 and message_id = stays.id)
         or exists (select from bundle_message where endpoint_id = $3 and message_id = stays.id) as "isCollected"
     from message copy
     join message stays on stays.account_id = copy.account_id and stays.key_id = copy.key_id and stays.chat_id = $1
     where copy.chat_id = $2`,
    [into, from, endpointId],
  );
  for (const { copyId, id, isCollected } of copies) {
    if (!isCollected) {
      await tx.query('update delivery set message_id = $3 where endpoint_id = $1 and message_id = $2', [
        endpointId,
        copyId,
        id,
      ]);
      await tx.query('update bundle_message set message_id = $3 where endpoint_id = $1 and message_id = $2', [
        endpointId,
        copyId,
        id,
      ]);
      continue;
    }
    await tx.query(
      `update delivery set state = 'dropped' where endpoint_id = $1 and message_id = $2 and state = 'pending'`,
      [endpointId, copyId],
    );
    await tx.query(
      `with gone as (
         delete from bundle_message b using bundle
         where b.endpoint_id = $1 and b.message_id = $2 and bundle.id = b.bundle_id and bundle.state = 'open'
         returning b.bundle_id, b.bytes
       )
       update bundle set messages = messages - 1, bytes = bundle.bytes - gone.bytes from gone where id = gone.bundle_id`,
      [endpointId, copyId],
    );
  }
}

async function mergeBundles(
  tx: Sql,
  endpointId: string,
  { into, from }: MergedChats,
  merged: MergedCollections,
): Promise<void> {
  const open = await lockOpenBundles(tx, [endpointId], [into, from]);
  const stays = open.find(({ chatId }) => chatId === into);
  const goes = open.find(({ chatId }) => chatId === from);
  if (!goes) return;
  if (!stays) {
    await tx.query('update bundle set chat_id = $2 where id = $1', [goes.id, into]);
    return;
  }
  const size = { messages: stays.messages + goes.messages, bytes: stays.bytes + goes.bytes };
  if (size.messages > MAX_MESSAGES || size.bytes > MAX_BYTES) {
    // No longer open, so that one is open for the chat.
    await tx.query(`update bundle set state = 'closed', chat_id = $2 where id = $1`, [goes.id, into]);
    merged.full.push({ ...goes, chatId: into });
    return;
  }
  await tx.query('update bundle_message set bundle_id = $1 where bundle_id = $2', [stays.id, goes.id]);
  await tx.query(
    `with gone as (delete from bundle where id = $2 returning opened_at, closes_at)
     update bundle set messages = $3, bytes = $4, opened_at = least(bundle.opened_at, gone.opened_at),
       closes_at = case when $5 then least(bundle.closes_at, now()) else least(bundle.closes_at, gone.closes_at) end
     from gone where id = $1`,
    [stays.id, goes.id, size.messages, size.bytes, isFull(size)],
  );
  merged.bundlesDue ||= isFull(size);
}

async function takeOverDeliveries(tx: Sql, endpointId: string, { into, from }: MergedChats): Promise<Move[]> {
  const { rows } = await tx.query(
    `update delivery set chat_id = $2 where endpoint_id = $1 and state = 'pending' and chat_id = $3 returning id`,
    [endpointId, into, from],
  );
  return rows.map(({ id }) => ({ key: endpointId, from: laneSlot(from), to: laneSlot(into), ref: id }));
}
