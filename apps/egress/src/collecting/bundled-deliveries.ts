import type { Sql } from '@waypost/lanes';
import { inPieces } from './in-pieces.js';
import type { NewDelivery } from './new-deliveries.js';
import type { Bundle } from './open-bundles.js';
import { bundlePayload, type PayloadLinks } from './outbound-payload.js';
import { loadBundled } from './recorded-messages.js';

/**
 * Closes bundles whose rows are locked, and writes what each delivers. One without messages, of an account that is gone, delivers nothing.
 * @returns deliveries to add in the same transaction, in the order given, a piece at a time
 */
export async function* bundledDeliveries(
  tx: Sql,
  bundles: readonly Bundle[],
  links: PayloadLinks,
): AsyncGenerator<NewDelivery[]> {
  if (bundles.length === 0) return;
  await tx.query(`update bundle set state = 'closed' where id = any($1::uuid[]) and state = 'open'`, [
    bundles.map(({ id }) => id),
  ]);
  for (const piece of inPieces(bundles, ({ bytes }) => bytes)) {
    const messages = await loadBundled(
      tx,
      piece.map(({ id }) => id),
    );
    yield piece.flatMap(({ id, endpointId, workspaceId, chatId }) => {
      const bundled = messages.get(id);
      if (!bundled) return [];
      const body = JSON.stringify(bundlePayload(bundled, links));
      return [{ endpointId, workspaceId, chatId, bundleId: id, messages: bundled.length, body }];
    });
  }
}
