import type { Sql } from '@waypost/lanes';
import type { NewDelivery } from './new-deliveries.js';
import type { Bundle } from './open-bundles.js';
import { bundlePayload, type PayloadLinks } from './outbound-payload.js';
import { loadBundled } from './recorded-messages.js';

/**
 * Closes bundles whose rows are locked, and writes what each delivers. One without messages, of an account that is gone, delivers nothing.
 * @returns deliveries to add in the same transaction, in the order given
 */
export async function bundledDeliveries(
  tx: Sql,
  bundles: readonly Bundle[],
  links: PayloadLinks,
): Promise<NewDelivery[]> {
  if (bundles.length === 0) return [];
  const ids = bundles.map(({ id }) => id);
  await tx.query(`update bundle set state = 'closed' where id = any($1::uuid[]) and state = 'open'`, [ids]);
  const messages = await loadBundled(tx, ids);
  return bundles.flatMap(({ id, endpointId, workspaceId, chatId }) => {
    const bundled = messages.get(id);
    if (!bundled) return [];
    const body = JSON.stringify(bundlePayload(bundled, links));
    return [{ endpointId, workspaceId, chatId, bundleId: id, messages: bundled.length, body }];
  });
}
