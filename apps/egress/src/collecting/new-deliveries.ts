import { laneKinds } from '@waypost/contracts';
import { uuidv7 } from '@waypost/kernel';
import { enqueue, type NewItem, type Sql } from '@waypost/lanes';

/** How many chats of an endpoint are delivered at a time. */
const LANES_PER_ENDPOINT = 8n;

/** A POST to make, of a message or of a bundle. */
export interface NewDelivery {
  endpointId: string;
  workspaceId: string;
  chatId: string;
  messageId?: string;
  bundleId?: string;
  /** How many it tells. Default 1. */
  messages?: number;
  body: string;
}

/**
 * Writes the deliveries, piece by piece, then appends all to their lanes in the order given; the last thing in a transaction, for the locks of
 * lanes.
 * @returns true when a lane fell due: hint its workers after the commit
 */
export async function addDeliveries(
  tx: Sql,
  pieces: AsyncIterable<readonly NewDelivery[]>,
): Promise<boolean> {
  const items: NewItem[] = [];
  for await (const deliveries of pieces) {
    const made = deliveries.map((delivery) => ({ id: uuidv7(), ...delivery }));
    await insertDeliveries(tx, made);
    for (const { id, endpointId, chatId } of made)
      items.push({ key: endpointId, slot: laneSlot(chatId), ref: id });
  }
  if (items.length === 0) return false;
  return (await enqueue(tx, laneKinds.deliver, items)).length > 0;
}

async function insertDeliveries(tx: Sql, made: readonly (NewDelivery & { id: string })[]): Promise<void> {
  if (made.length === 0) return;
  await tx.query(
    `insert into delivery (id, endpoint_id, workspace_id, chat_id, message_id, bundle_id, messages, body, generation)
     select made.*, (select generation from outbound_endpoint e where e.id = made.endpoint_id)
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::integer[], $8::text[])
       as made (id, endpoint_id, workspace_id, chat_id, message_id, bundle_id, messages, body)`,
    [
      made.map(({ id }) => id),
      made.map(({ endpointId }) => endpointId),
      made.map(({ workspaceId }) => workspaceId),
      made.map(({ chatId }) => chatId),
      made.map(({ messageId }) => messageId ?? null),
      made.map(({ bundleId }) => bundleId ?? null),
      made.map(({ messages }) => messages ?? 1),
      made.map(({ body }) => body),
    ],
  );
}

/** Which of the endpoint's lanes carries a chat. */
export function laneSlot(chatId: string): number {
  return Number(BigInt(chatId) % LANES_PER_ENDPOINT);
}
