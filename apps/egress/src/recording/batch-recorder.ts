import { Logger } from '@nestjs/common';
import type { Sql } from '@waypost/lanes';
import { inTransaction, isUnstorable, lockBalances } from '@waypost/persistence';
import type { Pool } from 'pg';
import { lockCollectingEndpoints } from '../collecting/collecting-endpoints.js';
import type { DeliveryCollector } from '../collecting/delivery-collector.js';
import {
  listWaitingEvents,
  loadAccounts,
  markRecorded,
  tryLockAccounts,
  type PerAccount,
  type WaitingEvent,
} from './account-events.js';
import { DirectoryChangedError } from './directory-entries.js';
import { Directory } from './directory.js';
import { EventBatch } from './event-batch.js';
import { mergeContacts } from './merge-contacts.js';
import { placeMessages, writeMessages } from './record-messages.js';
import { recordProgress } from './record-progress.js';
import { recordRefusals } from './record-refusals.js';
import { recordRevisions } from './record-revisions.js';
import { personJids } from './seen-addresses.js';

export interface RecordedBatch {
  /** Events that are done with. */
  events: number;
  /** True when one of the accounts may have more waiting. */
  more: boolean;
  /** True when a delivery lane fell due. */
  deliveriesDue: boolean;
  /** True when a bundle is to be closed. */
  bundlesDue: boolean;
  /** The workspaces whose chats changed. */
  workspaceIds: readonly string[];
}

export interface BatchRecorderOptions {
  pool: Pool;
  collector: DeliveryCollector;
  /** Most messages that wait for one endpoint. */
  maxWaiting: number;
  /** About how many events are recorded in one transaction. Default 500. */
  batchSize?: number;
}

const NOTHING: RecordedBatch = {
  events: 0,
  more: false,
  deliveriesDue: false,
  bundlesDue: false,
  workspaceIds: [],
};
const LEAST_PER_ACCOUNT = 10;
/** Of the events of a batch, as JSON: what is in memory is a few times that, and two batches are recorded at a time. */
const BATCH_BYTES = 4 * 1024 * 1024;
const ONE_EVENT: PerAccount = { events: 1, bytes: 1 };
const DIRECTORY_TRIES = 5;

/**
 * Turns the waiting events of accounts into chats, messages and deliveries, each account's in their order, in one transaction of a
 * dozen statements however many the events are.
 */
export class BatchRecorder {
  private readonly logger = new Logger('recording');
  private readonly batchSize: number;

  constructor(private readonly options: BatchRecorderOptions) {
    this.batchSize = options.batchSize ?? 500;
  }

  /**
   * Accounts that another process is recording are left out.
   * @throws when the database is away, or does not do what this code expects
   */
  async record(accountIds: readonly string[]): Promise<RecordedBatch> {
    const perAccount = {
      events: Math.max(LEAST_PER_ACCOUNT, Math.floor(this.batchSize / accountIds.length)),
      bytes: Math.floor(BATCH_BYTES / accountIds.length),
    };
    try {
      return await this.recordBatch(accountIds, perAccount);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      const total = { ...NOTHING };
      for (const accountId of accountIds) add(total, await this.recordOneByOne(accountId, perAccount.events));
      return total;
    }
  }

  /** One of the events cannot be stored. It is set aside, alone, so that the others go on. */
  private async recordOneByOne(accountId: string, limit: number): Promise<RecordedBatch> {
    const total = { ...NOTHING };
    for (let tries = 0; tries < limit; tries++) {
      let head: WaitingEvent | undefined;
      const batch = await this.recordBatch([accountId], ONE_EVENT, (event) => (head = event)).catch(
        (error) => {
          if (!head || !isUnstorable(error)) throw error;
          return this.setAside(head, error);
        },
      );
      add(total, batch);
      total.more = batch.more;
      if (!batch.more) break;
    }
    return total;
  }

  private async setAside(event: WaitingEvent, error: Error): Promise<RecordedBatch> {
    await markRecorded(this.options.pool, [event]);
    const reason = `it cannot be stored (${(error as { code?: string }).code ?? error.name})`;
    this.logSkipped(event, reason);
    return { ...NOTHING, events: 1, more: true };
  }

  /** Tries again while others make the same people and chats at the same time. */
  private async recordBatch(
    accountIds: readonly string[],
    perAccount: PerAccount,
    onRead?: (event: WaitingEvent) => void,
  ): Promise<RecordedBatch> {
    for (let tries = 1; ; tries++) {
      try {
        return await inTransaction(this.options.pool, (tx) =>
          this.recordIn(tx, accountIds, perAccount, onRead),
        );
      } catch (error) {
        if (!(error instanceof DirectoryChangedError) || tries === DIRECTORY_TRIES) throw error;
      }
    }
  }

  /** Order of locks: balances (where contacts are merged or messages refunded), endpoints, contacts, messages, chats, bundles, lanes. */
  private async recordIn(
    tx: Sql,
    accountIds: readonly string[],
    perAccount: PerAccount,
    onRead?: (event: WaitingEvent) => void,
  ): Promise<RecordedBatch> {
    const locked = await tryLockAccounts(tx, accountIds);
    if (locked.length === 0) return NOTHING;
    const { events, more } = await listWaitingEvents(tx, locked, perAccount);
    if (events.length === 0) return NOTHING;
    events.forEach((event) => onRead?.(event));
    const accounts = await loadAccounts(tx, locked);
    const batch = new EventBatch(events, accounts, (event, reason) => this.logSkipped(event, reason));
    const workspaces = [...new Set([...accounts.values()].map(({ workspaceId }) => workspaceId))];
    let directory = await Directory.load(tx, batch.seen.byAccount);
    const doubles = directory.doubles();
    if (doubles.length > 0 || batch.refusals.length > 0) await lockBalances(tx, workspaces);
    const endpoints = await lockCollectingEndpoints(tx, workspaces, {
      maxWaiting: this.options.maxWaiting,
      forMoves: doubles.length > 0,
    });
    const merged = doubles.length > 0 ? await mergeContacts(tx, doubles) : undefined;
    if (merged) directory = await Directory.load(tx, batch.seen.byAccount);
    const messageIds = await this.apply(tx, directory, batch);
    await markRecorded(tx, events);
    const due = await this.options.collector.collect(tx, endpoints, messageIds);
    // After collecting: a delivery tells what was written first.
    await recordRevisions(tx, directory, batch.revisions);
    const moved = merged && (await this.options.collector.finishMerges(tx, merged));
    return {
      events: events.length,
      more,
      deliveriesDue: due.deliveries || moved === true,
      bundlesDue: due.bundles || merged?.bundlesDue === true,
      workspaceIds: workspaces,
    };
  }

  /** @returns the messages to deliver, those of an account in the order of their events */
  private async apply(tx: Sql, directory: Directory, batch: EventBatch): Promise<string[]> {
    const placed = placeMessages(directory, batch.messages);
    for (const { account, event } of batch.contacts)
      directory.acquaint(account, { jids: personJids([event.jid, event.altJid]), name: event.name });
    for (const { account, event } of batch.groups) {
      for (const { jid, altJid } of event.participants ?? [])
        directory.acquaint(account, { jids: personJids([jid, altJid]) });
      if (event.subject) directory.nameGroup(account, event.jid, event.subject);
    }
    await directory.write(tx);
    const recorded = await writeMessages(tx, placed);
    const sent = await recordProgress(tx, batch.progress);
    const refused = await recordRefusals(tx, batch.refusals);
    if (refused.ids.size > 0)
      this.logger.warn({ msg: 'messages.refused', count: refused.ids.size, credits: refused.credits });
    await directory.writeChats(tx);
    const received = batch.messages.flatMap(({ place }, at) => {
      const id = recorded[at];
      return id === undefined ? [] : [{ id, place }];
    });
    return [...received, ...sent.filter(({ id }) => !refused.ids.has(id))]
      .sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
  }

  private logSkipped({ accountId, id, kind }: WaitingEvent, reason: string): void {
    this.logger.error({ msg: 'event.skipped', accountId, eventId: id, kind, reason });
  }
}

function add(total: RecordedBatch, batch: RecordedBatch): void {
  total.events += batch.events;
  total.more ||= batch.more;
  total.deliveriesDue ||= batch.deliveriesDue;
  total.bundlesDue ||= batch.bundlesDue;
  total.workspaceIds = [...new Set([...total.workspaceIds, ...batch.workspaceIds])];
}
