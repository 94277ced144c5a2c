import { beforeEach, describe, expect, it } from '@jest/globals';
import type { NewChatMessageCapInfo, ReachoutTimelockState, WASocket } from '@whiskeysockets/baileys';
import { EventEmitter } from 'node:events';
import { Restrictions } from './restrictions.js';

const ENDS = new Date(1_995_000_000_000);

describe('what WhatsApp forbids an account for a time', () => {
  let ev: EventEmitter;
  let answer: ReachoutTimelockState;
  let told: (Date | null)[];
  let restrictions: Restrictions;

  beforeEach(() => {
    ev = new EventEmitter();
    answer = { isActive: false };
    told = [];
    const socket = {
      ev,
      // As Baileys does: the answer is told like a change.
      fetchAccountReachoutTimelock: async () => {
        lock(answer);
        return answer;
      },
    };
    restrictions = new Restrictions(socket as unknown as WASocket, (until) => told.push(until));
  });

  const lock = (reachoutTimeLock: ReachoutTimelockState) =>
    ev.emit('connection.update', { reachoutTimeLock });
  const cap = async (info: Partial<Record<keyof NewChatMessageCapInfo, unknown>>) => {
    ev.emit('message-capping.update', info);
    await new Promise((resolve) => setImmediate(resolve));
  };

  it('is heard when WhatsApp locks new chats, and when it lifts the lock', () => {
    lock({ isActive: true, timeEnforcementEnds: ENDS });
    lock({ isActive: false });
    expect(told).toEqual([ENDS, null]);
  });

  it('lasts a minute when WhatsApp tells no end', () => {
    lock({ isActive: true });
    const seconds = (told[0]!.getTime() - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(55);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('is not lifted by the answer to our own question', async () => {
    expect(await restrictions.newChatsLockedUntil()).toBeUndefined();
    expect(told).toEqual([]);
    answer = { isActive: true, timeEnforcementEnds: ENDS };
    expect(await restrictions.newChatsLockedUntil()).toBe(ENDS.getTime());
    expect(told).toEqual([ENDS]);
  });

  it('lasts until the end of the cycle when the cap of new chats is reached', async () => {
    await cap({ capping_status: 'CAPPED', cycle_end_timestamp: String(ENDS.getTime() / 1_000) });
    expect(told).toEqual([ENDS]);
  });

  it('ends with the cap, unless there is a lock besides', async () => {
    await cap({ capping_status: 'NONE' });
    expect(told).toEqual([null]);
    answer = { isActive: true, timeEnforcementEnds: ENDS };
    await cap({ capping_status: 'SECOND_WARNING' });
    expect(told.at(-1)).toEqual(ENDS);
  });
});
