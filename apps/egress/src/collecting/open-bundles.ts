import { uuidv7 } from '@waypost/kernel';
import type { Sql } from '@waypost/lanes';
import type { CollectingEndpoint } from './collecting-endpoints.js';
import { hasRoomFor, isFull, textBytes, type BundleSize } from './bundle-window.js';
import type { RecordedMessage } from './outbound-payload.js';

/** A row of `bundle` whose lock is held. */
export interface Bundle extends BundleSize {
  id: string;
  endpointId: string;
  workspaceId: string;
  chatId: string;
}

interface Growing extends Bundle {
  isNew: boolean;
  granularityHours: number;
  /** Messages to write into it. */
  joining: { messageId: string; bytes: number }[];
}

export interface Bundled {
  /** Bundles that are to be closed in this transaction, in this order, because later messages found no room in them. */
  full: Bundle[];
  /** True when a window is over already: hint the sweep after the commit. */
  due: boolean;
}

/** Open bundles of chats, locked, in the order of their ids. */
export async function lockOpenBundles(
  tx: Sql,
  endpointIds: readonly string[],
  chatIds: readonly string[],
): Promise<Bundle[]> {
  const { rows } = await tx.query(
    `select id, endpoint_id as "endpointId", workspace_id as "workspaceId", chat_id as "chatId", messages, bytes
     from bundle
     where state = 'open' and endpoint_id = any($1::uuid[]) and chat_id = any($2::bigint[])
     order by id
     for update`,
    [endpointIds, chatIds],
  );
  return rows;
}

/** Puts messages into the open bundles of their chats, which are opened as needed, and at the limits closed early. */
export class BundleFilling {
  private readonly open = new Map<string, Growing>();
  private readonly changed = new Set<Growing>();
  private readonly full: Growing[] = [];

  /** @param bundles open ones, locked */
  constructor(bundles: readonly Bundle[]) {
    for (const bundle of bundles) {
      this.open.set(nameOf(bundle.endpointId, bundle.chatId), {
        ...bundle,
        isNew: false,
        granularityHours: 0,
        joining: [],
      });
    }
  }

  add(endpoint: CollectingEndpoint, message: RecordedMessage): void {
    const bytes = textBytes(message.text);
    let bundle = this.open.get(nameOf(endpoint.id, message.chat.id));
    if (bundle && !hasRoomFor(bundle, bytes)) {
      this.full.push(bundle);
      bundle = undefined;
    }
    bundle ??= this.begin(endpoint, message.chat.id);
    bundle.messages++;
    bundle.bytes += bytes;
    bundle.joining.push({ messageId: message.id, bytes });
    this.changed.add(bundle);
  }

  async write(tx: Sql): Promise<Bundled> {
    const changed = [...this.changed];
    // First the old ones: one bundle is open per chat.
    await this.markFull(tx);
    await insertBundles(
      tx,
      changed.filter(({ isNew }) => isNew),
      new Set(this.full),
    );
    await updateBundles(
      tx,
      changed.filter(({ isNew }) => !isNew),
    );
    await insertMessages(tx, changed);
    return { full: this.full, due: changed.some((bundle) => isFull(bundle)) };
  }

  private begin(endpoint: CollectingEndpoint, chatId: string): Growing {
    const { id: endpointId, workspaceId, granularityHours } = endpoint;
    const bundle = {
      ...{ id: uuidv7(), endpointId, workspaceId, chatId, granularityHours },
      ...{ messages: 0, bytes: 0, isNew: true, joining: [] },
    };
    this.open.set(nameOf(endpointId, chatId), bundle);
    return bundle;
  }

  private async markFull(tx: Sql): Promise<void> {
    const ids = this.full.filter(({ isNew }) => !isNew).map(({ id }) => id);
    if (ids.length === 0) return;
    await tx.query(`update bundle set state = 'closed' where id = any($1::uuid[])`, [ids]);
  }
}

async function insertBundles(
  tx: Sql,
  bundles: readonly Growing[],
  full: ReadonlySet<Growing>,
): Promise<void> {
  if (bundles.length === 0) return;
  await tx.query(
    `insert into bundle (id, endpoint_id, workspace_id, chat_id, state, messages, bytes, opened_at, closes_at)
     select id, endpoint_id, workspace_id, chat_id, state, messages, bytes, now(),
       now() + make_interval(hours => case when is_full then 0 else hours end)
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::integer[], $7::integer[],
       $8::integer[], $9::boolean[])
       as fresh (id, endpoint_id, workspace_id, chat_id, state, messages, bytes, hours, is_full)`,
    [
      bundles.map(({ id }) => id),
      bundles.map(({ endpointId }) => endpointId),
      bundles.map(({ workspaceId }) => workspaceId),
      bundles.map(({ chatId }) => chatId),
      bundles.map((bundle) => (full.has(bundle) ? 'closed' : 'open')),
      bundles.map(({ messages }) => messages),
      bundles.map(({ bytes }) => bytes),
      bundles.map(({ granularityHours }) => granularityHours),
      bundles.map((bundle) => isFull(bundle)),
    ],
  );
}

async function updateBundles(tx: Sql, bundles: readonly Growing[]): Promise<void> {
  if (bundles.length === 0) return;
  await tx.query(
    `update bundle set messages = grown.messages, bytes = grown.bytes,
       closes_at = case when grown.is_full then least(closes_at, now()) else closes_at end
     from unnest($1::uuid[], $2::integer[], $3::integer[], $4::boolean[]) as grown (id, messages, bytes, is_full)
     where bundle.id = grown.id`,
    [
      bundles.map(({ id }) => id),
      bundles.map(({ messages }) => messages),
      bundles.map(({ bytes }) => bytes),
      bundles.map((bundle) => isFull(bundle)),
    ],
  );
}

async function insertMessages(tx: Sql, bundles: readonly Growing[]): Promise<void> {
  const rows = bundles.flatMap((bundle) => bundle.joining.map((joining) => ({ bundle, ...joining })));
  if (rows.length === 0) return;
  await tx.query(
    `insert into bundle_message (bundle_id, endpoint_id, message_id, bytes)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[])`,
    [
      rows.map(({ bundle }) => bundle.id),
      rows.map(({ bundle }) => bundle.endpointId),
      rows.map(({ messageId }) => messageId),
      rows.map(({ bytes }) => bytes),
    ],
  );
}

function nameOf(endpointId: string, chatId: string): string {
  return `${endpointId} ${chatId}`;
}
