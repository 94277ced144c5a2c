import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Sql } from '@waypost/lanes';
import { eventually } from '@waypost/testkit';
import type { RecordedBatch } from './batch-recorder.js';
import { EventRecorder } from './event-recorder.js';

const NOTHING_DUE = { more: false, deliveriesDue: false, bundlesDue: false, workspaceIds: [] };
const ACCOUNTS = Array.from({ length: 60 }, (_, n) => `account ${String(n).padStart(2, '0')}`);
const TROUBLED = ACCOUNTS[7]!;

describe('recording the events of many accounts', () => {
  let recorder: EventRecorder;
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['error']));
  afterEach(() => recorder.stop());

  /** @returns the batches that were tried, as they come */
  function start(record: (accountIds: readonly string[]) => void): string[][] {
    const tried: string[][] = [];
    recorder = new EventRecorder({
      sql: {
        query: async () => ({ rows: ACCOUNTS.map((account_id) => ({ account_id })) }),
      } as unknown as Sql,
      recorder: {
        record: async (accountIds): Promise<RecordedBatch> => {
          tried.push([...accountIds]);
          record(accountIds);
          return { events: accountIds.length, ...NOTHING_DUE };
        },
      },
      onDeliveriesDue: () => undefined,
      onBundlesDue: () => undefined,
      onRecorded: () => undefined,
      sweepMs: 10,
    });
    recorder.start();
    return tried;
  }

  it('goes on without an account that makes its batch fail, and tries that one alone', async () => {
    const recorded = new Map<string, number>();
    const tried = start((accountIds) => {
      if (accountIds.includes(TROUBLED)) throw new TypeError('what this code did not expect');
      for (const id of accountIds) recorded.set(id, (recorded.get(id) ?? 0) + 1);
    });
    await eventually(() => {
      for (const id of ACCOUNTS) if (id !== TROUBLED) expect(recorded.get(id)).toBeGreaterThan(3);
    });
    // Once with its batch, once alone; then it waits.
    expect(tried.filter((ids) => ids.includes(TROUBLED)).map(({ length }) => length)).toEqual([50, 1]);
  });

  it('takes no batch apart because Postgres is away', async () => {
    const tried = start(() => {
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    });
    await eventually(() => expect(tried.length).toBeGreaterThan(4));
    expect(new Set(tried.map(({ length }) => length))).toEqual(new Set([50, 10]));
  });
});
