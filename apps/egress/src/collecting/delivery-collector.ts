import { laneKinds } from '@waypost/contracts';
import { move, type Sql } from '@waypost/lanes';
import { bundledDeliveries } from './bundled-deliveries.js';
import { noteDropped, type CollectingEndpoint } from './collecting-endpoints.js';
import type { MergedCollections } from './merge-collected.js';
import { addDeliveries, type NewDelivery } from './new-deliveries.js';
import { textBytes } from './bundle-window.js';
import { inPieces } from './in-pieces.js';
import { BundleFilling, lockOpenBundles, type Bundle } from './open-bundles.js';
import { messagePayload, type PayloadLinks } from './outbound-payload.js';
import { listCollectable, type CollectableMessage } from './recorded-messages.js';

/** What fell due: hint after the commit. */
export interface Collected {
  deliveries: boolean;
  bundles: boolean;
}

const NOTHING: Collected = { deliveries: false, bundles: false };

interface Taken {
  endpoint: CollectingEndpoint;
  message: CollectableMessage['message'];
}

/** Turns recorded messages into deliveries to their workspace's outbound endpoint, each on its own or into open bundles. */
export class DeliveryCollector {
  /** @param keptDays how long it is known what was collected */
  constructor(
    private readonly links: PayloadLinks,
    private readonly keptDays: number,
  ) {}

  /**
   * In the transaction that records the messages, as its last step. Messages that were collected before are left out.
   *
   * @param endpoints of the messages' workspaces, locked, those that take messages
   * @param messageIds in the order in which they are to be delivered within their chats
   */
  async collect(
    tx: Sql,
    endpoints: ReadonlyMap<string, CollectingEndpoint>,
    messageIds: readonly string[],
  ): Promise<Collected> {
    if (messageIds.length === 0 || endpoints.size === 0) return NOTHING;
    const taken = await this.take(tx, endpoints, await listCollectable(tx, messageIds, this.keptDays));
    if (taken.length === 0) return NOTHING;
    const open = await lockOpenBundles(
      tx,
      [...new Set(taken.map(({ endpoint }) => endpoint.id))],
      [...new Set(taken.map(({ message }) => message.chat.id))],
    );
    const filling = new BundleFilling(open);
    const single: Taken[] = [];
    for (const one of taken) {
      if (one.endpoint.granularityHours > 0) filling.add(one.endpoint, one.message);
      else single.push(one);
    }
    const { full, due } = await filling.write(tx);
    // A bundle from before its endpoint wanted each message on its own goes ahead of these.
    const before = open.filter(({ endpointId, chatId }) =>
      single.some((one) => one.endpoint.id === endpointId && one.message.chat.id === chatId),
    );
    const deliveries = await addDeliveries(tx, this.deliveries(tx, [...before, ...full], single));
    return { deliveries, bundles: due };
  }

  /** Ends what `mergeContacts` left to do, after `collect`. @returns true when a delivery lane fell due */
  async finishMerges(tx: Sql, { full, moves }: MergedCollections): Promise<boolean> {
    const closed = await addDeliveries(tx, bundledDeliveries(tx, full, this.links));
    const { due, left } = await move(tx, laneKinds.deliver, moves);
    if (left.length > 0)
      await tx.query('update delivery set goes_ahead = true where id = any($1::uuid[])', [left]);
    return closed || due.length > 0;
  }

  /** Those that their endpoint has room for. */
  private async take(
    tx: Sql,
    endpoints: ReadonlyMap<string, CollectingEndpoint>,
    messages: readonly CollectableMessage[],
  ): Promise<Taken[]> {
    const taken: Taken[] = [];
    const dropped = new Map<string, number>();
    const counts = new Map<string, number>();
    for (const { workspaceId, message } of messages) {
      const endpoint = endpoints.get(workspaceId);
      if (!endpoint) continue;
      const count = counts.get(endpoint.id) ?? 0;
      if (count >= endpoint.room) {
        dropped.set(endpoint.id, (dropped.get(endpoint.id) ?? 0) + 1);
        continue;
      }
      counts.set(endpoint.id, count + 1);
      taken.push({ endpoint, message });
    }
    await noteDropped(tx, dropped);
    return taken;
  }

  private async *deliveries(
    tx: Sql,
    bundles: readonly Bundle[],
    single: readonly Taken[],
  ): AsyncGenerator<NewDelivery[]> {
    yield* bundledDeliveries(tx, bundles, this.links);
    for (const piece of inPieces(single, ({ message }) => textBytes(message.text)))
      yield piece.map(({ endpoint, message }) => this.delivery(endpoint, message));
  }

  private delivery(endpoint: CollectingEndpoint, message: Taken['message']): NewDelivery {
    return {
      endpointId: endpoint.id,
      workspaceId: endpoint.workspaceId,
      chatId: message.chat.id,
      messageId: message.id,
      body: JSON.stringify(messagePayload(message, this.links)),
    };
  }
}
