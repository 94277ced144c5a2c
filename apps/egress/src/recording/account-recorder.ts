import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import { ContractError } from '@waypost/contracts';
import type { Sql } from '@waypost/lanes';
import { inTransaction, isUnstorable } from '@waypost/persistence';
import { lockCollectingEndpoints } from '../collecting/collecting-endpoints.js';
import type { DeliveryCollector } from '../collecting/delivery-collector.js';
import {
  listWaitingEvents,
  markRecorded,
  readEvent,
  tryLockAccount,
  type ReadEvent,
  type WaitingEvent,
} from './account-events.js';
import { ChatChanges } from './chats.js';
import { recordMessage } from './record-message.js';
import { recordAck, recordReceipt } from './record-progress.js';
import type { RecordedAccount } from './recorded-account.js';

export interface RecordedBatch {
  /** Events that are done with. */
  events: number;
  /** True when the account may have more waiting. */
  more: boolean;
  /** True when a delivery lane fell due. */
  deliveriesDue: boolean;
  /** True when a bundle is to be closed. */
  bundlesDue: boolean;
}

const NOTHING: RecordedBatch = { events: 0, more: false, deliveriesDue: false, bundlesDue: false };

/** Turns the waiting events of one account into chats, messages and deliveries: a batch, in order, in one transaction. */
export class AccountRecorder {
  private readonly logger = new Logger('recording');

  constructor(
    private readonly pool: Pool,
    private readonly collector: DeliveryCollector,
    /** Most deliveries that wait for one endpoint. */
    private readonly maxWaiting: number,
    private readonly batchSize = 200,
  ) {}

  /**
   * Nothing happens when another process is recording the account.
   * @throws when the database is away, or does not do what this code expects
   */
  async record(accountId: string): Promise<RecordedBatch> {
    try {
      return await this.recordBatch(accountId, this.batchSize);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      return this.recordOneByOne(accountId);
    }
  }

  /** One of the events cannot be stored. It is set aside, alone, so that the others go on. */
  private async recordOneByOne(accountId: string): Promise<RecordedBatch> {
    const total = { ...NOTHING };
    for (let tries = 0; tries < this.batchSize; tries++) {
      let head: WaitingEvent | undefined;
      const batch = await this.recordBatch(accountId, 1, (event) => (head = event)).catch((error) => {
        if (!head || !isUnstorable(error)) throw error;
        return this.setAside(accountId, head, error);
      });
      total.events += batch.events;
      total.deliveriesDue ||= batch.deliveriesDue;
      total.bundlesDue ||= batch.bundlesDue;
      total.more = batch.more;
      if (!batch.more) break;
    }
    return total;
  }

  private async setAside(accountId: string, event: WaitingEvent, error: Error): Promise<RecordedBatch> {
    await markRecorded(this.pool, [event]);
    this.logSkipped(
      accountId,
      event,
      `it cannot be stored (${(error as { code?: string }).code ?? error.name})`,
    );
    return { ...NOTHING, events: 1, more: true };
  }

  private recordBatch(
    accountId: string,
    limit: number,
    onRead?: (event: WaitingEvent) => void,
  ): Promise<RecordedBatch> {
    return inTransaction(this.pool, async (tx) => {
      if (!(await tryLockAccount(tx, accountId))) return NOTHING;
      const events = await listWaitingEvents(tx, accountId, limit);
      if (events.length === 0) return NOTHING;
      events.forEach((event) => onRead?.(event));
      const account = await findAccount(tx, accountId);
      const endpoints = await lockCollectingEndpoints(
        tx,
        account ? [account.workspaceId] : [],
        this.maxWaiting,
      );
      const messageIds = account ? await this.apply(tx, account, events) : [];
      await markRecorded(tx, events);
      const due = await this.collector.collect(tx, endpoints, messageIds);
      return {
        events: events.length,
        more: events.length === limit,
        deliveriesDue: due.deliveries,
        bundlesDue: due.bundles,
      };
    });
  }

  /** @returns the messages to deliver, in order */
  private async apply(tx: Sql, account: RecordedAccount, events: WaitingEvent[]): Promise<string[]> {
    const changes = new ChatChanges();
    const messageIds: string[] = [];
    for (const waiting of events) {
      const read = this.read(account.id, waiting);
      messageIds.push(...(await applyEvent(tx, account, read, changes)));
    }
    await changes.write(tx);
    return messageIds;
  }

  private read(accountId: string, waiting: WaitingEvent): ReadEvent {
    try {
      return readEvent(waiting);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      this.logSkipped(accountId, waiting, error.message);
      return { kind: 'nothing' };
    }
  }

  private logSkipped(accountId: string, event: WaitingEvent, reason: string): void {
    this.logger.error({ msg: 'event.skipped', accountId, eventId: event.id, kind: event.kind, reason });
  }
}

async function applyEvent(
  tx: Sql,
  account: RecordedAccount,
  read: ReadEvent,
  changes: ChatChanges,
): Promise<string[]> {
  switch (read.kind) {
    case 'message': {
      const id = await recordMessage(tx, account, read.event, changes);
      return id === undefined ? [] : [id];
    }
    case 'ack':
      return recordAck(tx, account, read.event);
    case 'receipt':
      return recordReceipt(tx, account, read.event);
    case 'nothing':
      return [];
  }
}

async function findAccount(tx: Sql, accountId: string): Promise<RecordedAccount | undefined> {
  const { rows } = await tx.query('select id, workspace_id as "workspaceId" from account where id = $1', [
    accountId,
  ]);
  return rows[0];
}
